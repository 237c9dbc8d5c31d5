import csv
import math
from pathlib import Path

import pytest

from inr_cli.config.errors import OutputError
from inr_cli.engine.log import COLUMNS, MetricsLog, progress_bar


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_has_every_column_and_what_was_not_computed_is_empty(tmp_path: Path) -> None:
    log = MetricsLog(tmp_path / "metrics.csv")
    log.row(step=0, psnr=12.5, loss=None)
    log.row(step=10, lr=1e-3, loss=0.25, psnr=20.0, ssim=0.5)
    first, second = rows(tmp_path / "metrics.csv")
    assert tuple(first) == COLUMNS
    assert (first["step"], first["psnr"], first["loss"], first["lr"], first["ssim"]) == ("0", "12.5", "", "", "")
    assert [float(second[name]) for name in ("step", "lr", "loss", "psnr", "ssim")] == [10, 1e-3, 0.25, 20, 0.5]
    assert 0 <= float(first["seconds"]) <= float(second["seconds"])


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e-30, 123456789, 1 / 3])
def test_numbers_read_back_as_they_were(tmp_path: Path, value: float) -> None:
    log = MetricsLog(tmp_path / "metrics.csv")
    log.row(step=10_000_000, loss=value)
    [row] = rows(tmp_path / "metrics.csv")
    assert row["step"] == "10000000"
    assert float(row["loss"]) == pytest.approx(value, rel=1e-9, nan_ok=True)  # ten digits


def test_rows_are_whole_whoever_else_writes(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    logs = [MetricsLog(path), MetricsLog(path)]
    for step in range(50):
        logs[step % 2].row(step=step, loss=0.5)
    lines = path.read_text().splitlines()
    assert all(line.count(",") == len(COLUMNS) - 1 for line in lines)
    assert len(lines) == 52


def test_a_folder_that_is_not_there_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"metrics\.csv"):
        MetricsLog(tmp_path / "none" / "metrics.csv")


def test_the_bar_is_silent_where_no_person_is_watching(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(3, "cat") as bar:
        bar.update(3)
    assert capsys.readouterr().err == ""
