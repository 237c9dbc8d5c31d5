from __future__ import annotations

from pathlib import Path

import pytest

from inr_cli.cli.outer import TAIL, newest_psnr, progress
from inr_cli.engine.log import METRICS, MetricsLog


def folder(tmp_path: Path, *values: float | None) -> Path:
    """A job's folder with one row per PSNR."""
    job = tmp_path / "003-cat-gaussian"
    job.mkdir()
    log = MetricsLog(job / METRICS, ["psnr_hidden"])
    log.begin()
    for step, value in enumerate(values):
        log.row(step=step, psnr=value, psnr_hidden=99.0)
    return job


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ((), "003"),
        ((None,), "003"),
        ((20.0, 28.14), "003 28.1 dB"),
        ((28.16, None, None), "003 28.2 dB"),
        ((*range(1000), 25.0), "003 25.0 dB"),
    ],
)
def test_a_job_is_its_number_and_the_newest_psnr_it_has(values: tuple[float, ...], text: str, tmp_path: Path) -> None:
    assert progress(folder(tmp_path, *values)) == text


def test_a_row_that_is_being_written_is_passed_over(tmp_path: Path) -> None:
    file = folder(tmp_path, 28.0) / METRICS
    whole = file.read_bytes() + b"2,0.5,0.001,0.25,31.5,0.9"
    for end in range(len(whole) + 1):
        file.write_bytes(whole[:end])
        assert newest_psnr(file) in (None, 28.0, 31.5)
    assert newest_psnr(file) == 31.5


def test_a_long_file_is_read_at_its_end_only(tmp_path: Path) -> None:
    file = folder(tmp_path, 28.0, *[None] * TAIL) / METRICS
    assert newest_psnr(file) is None


def test_a_job_that_has_no_file_yet_has_no_psnr(tmp_path: Path) -> None:
    assert newest_psnr(tmp_path / METRICS) is None
