from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.cli.job import fit_job
from inr_cli.config.root import RunConfig
from inr_cli.engine.log import read_rows
from inr_cli.engine.plan import lay_out_job
from inr_cli.tune.curve import PARTS, curve_of


@pytest.fixture
def trial(configure: Callable[..., RunConfig], tmp_path: Path) -> Callable[..., Path]:
    """The folder of a run of these words."""

    def run(*words: str) -> Path:
        folder = tmp_path / lay_out_job(tmp_path, 0, words, configure(*words)).folder
        assert fit_job(folder) == 0
        return folder

    return run


@pytest.mark.parametrize("words", [["steps=40"], ["steps=50", "eval_every=1"], ["seconds=0.01"]], ids=str)
def test_a_run_of_any_length_has_twentieths(words: list[str], trial: Callable[..., Path]) -> None:
    folder = trial(*words)
    curve, rows = curve_of(folder), read_rows(folder / "metrics.csv")
    assert min(curve) == 0
    assert max(curve) == PARTS
    measured = [row["psnr"] for row in rows if "psnr" in row]
    assert curve[0] == measured[0]
    assert curve[PARTS] == pytest.approx(measured[-1], abs=1)
    assert [part for part in curve.values() if part not in measured] == []


def test_before_the_first_measurement_there_is_none(tmp_path: Path) -> None:
    assert curve_of(tmp_path) == {}


def test_what_shows_no_colours_has_none(trial: Callable[..., Path]) -> None:
    assert curve_of(trial("task=poisson", "steps=20")) == {}
