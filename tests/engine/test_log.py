import csv
import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.config.errors import CheckpointError, OutputError
from inr_cli.engine.log import COLUMNS, MetricsLog, largest_fall, progress_bar


def begun(path: Path) -> MetricsLog:
    log = MetricsLog(path)
    log.begin()
    return log


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_every_column_and_what_was_not_computed_is_empty(tmp_path: Path) -> None:
    log = begun(tmp_path / "metrics.csv")
    log.row(step=0, psnr=12.5, loss=None)
    log.row(step=10, lr=1e-3, loss=0.25, psnr=20.0, ssim=0.5)
    first, second = rows(tmp_path / "metrics.csv")
    assert tuple(first) == COLUMNS
    assert (first["step"], first["psnr"], first["loss"], first["lr"], first["ssim"]) == ("0", "12.5", "", "", "")
    assert [float(second[name]) for name in ("step", "lr", "loss", "psnr", "ssim")] == [10, 1e-3, 0.25, 20, 0.5]
    assert 0 <= float(first["seconds"]) <= float(second["seconds"])


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e-30, 123456789, 1 / 3])
def test_numbers_read_back_as_they_were(tmp_path: Path, value: float) -> None:
    log = begun(tmp_path / "metrics.csv")
    log.row(step=10_000_000, loss=value)
    [row] = rows(tmp_path / "metrics.csv")
    assert row["step"] == "10000000"
    assert float(row["loss"]) == pytest.approx(value, rel=1e-9, nan_ok=True)  # ten digits


def test_beginning_forgets_what_was_there(tmp_path: Path) -> None:
    begun(tmp_path / "metrics.csv").row(step=1)
    begun(tmp_path / "metrics.csv").row(step=2)
    assert [row["step"] for row in rows(tmp_path / "metrics.csv")] == ["2"]


def test_a_mark_is_the_files_length_and_sha256(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    log = begun(path)
    for step in range(5):
        log.row(step=step)
        assert log.mark() == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


def test_cutting_forgets_what_came_after_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    log = begun(path)
    log.row(step=0)
    mark, before = log.mark(), path.read_bytes()
    log.row(step=1)
    log.row(step=2)
    log.cut(mark)
    assert (path.read_bytes(), log.mark()) == (before, mark)
    log.row(step=1)
    assert [row["step"] for row in rows(path)] == ["0", "1"]


def test_another_process_goes_on_where_one_ended_in_the_middle_of_a_row(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    log = begun(path)
    log.row(step=0)
    mark = log.mark()
    with path.open("a") as file:
        file.write("1,0.5,0.00")
    later = MetricsLog(path)
    later.go_on(100.0, mark)
    later.row(step=1)
    assert [row["step"] for row in rows(path)] == ["0", "1"]
    assert float(rows(path)[1]["seconds"]) >= 100


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"#" + data[1:], lambda data: b""])
def test_rows_that_have_changed_are_not_gone_on_with(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    log = begun(path)
    log.row(step=0)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CheckpointError, match="changed"):
        MetricsLog(path).go_on(0.0, log.mark())


def test_rows_that_are_gone_are_the_checkpoints_trouble(tmp_path: Path) -> None:
    log = begun(tmp_path / "metrics.csv")
    log.path.unlink()
    with pytest.raises(CheckpointError, match="gone"):
        MetricsLog(log.path).go_on(0.0, log.mark())


def test_a_full_disk_leaves_whole_rows(mounted: Callable[[str], Path]) -> None:
    folder = mounted("size=8k")
    log = begun(folder / "metrics.csv")
    with pytest.raises(OutputError):
        for step in range(10_000):
            log.row(step=step, loss=0.123456789, psnr=12.3456789)
    lines = (folder / "metrics.csv").read_text().splitlines()
    assert len(lines) > 10
    assert all(line.count(",") == len(COLUMNS) - 1 for line in lines)
    assert (folder / "metrics.csv").read_text().endswith("\n")


@pytest.mark.parametrize(
    ("curve", "fall"), [([], 0), ([3], 0), ([1, 2, 3], 0), ([1, 5, 4, 2, 6, 5], 3), ([3, 2, 1], 2)]
)
def test_the_largest_fall_is_below_the_best_so_far(curve: list[float], fall: float) -> None:
    assert largest_fall(curve) == fall


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"metrics\.csv"):
        begun(tmp_path / "none" / "metrics.csv")


def test_the_bar_is_silent_where_no_person_is_watching(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(3, "cat") as bar:
        bar.update(3)
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
def test_a_full_disk_is_called_by_its_name() -> None:
    with pytest.raises(OutputError, match=r"cannot write /dev/full: the disk is full: \d+ bytes are needed, "):
        MetricsLog(Path("/dev/full")).row(step=1)
