import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.report.gather import gather
from inr_cli.report.report import Report, write

MadeUp = Callable[..., Path]


@pytest.fixture
def sweep(made_up: MadeUp, tmp_path: Path) -> Path:
    for number, (scale, seed) in enumerate([(1, 0), (1, 1), (2, 0), (2, 1)]):
        made_up(f"s/{number}", f"scale={scale}", f"seed={seed}", psnr=20.0 + number, ssim=0.5, seconds=1.0)
    made_up("s/4", "scale=3", "seed=0", status="failed", error="<b>bad & worse</b>")
    return tmp_path / "s"


def test_all_files_tell_the_same(sweep: Path, tmp_path: Path) -> None:
    page = write(Report("s", gather([str(sweep)], tmp_path)), sweep)
    data = json.loads((sweep / "report.json").read_text())
    assert data["varied"] == ["scale"]
    assert data["best"] == "scale=2"
    assert [row["values"] for row in data["rows"]] == [{"scale": "1"}, {"scale": "2"}, {"scale": "3"}]
    assert data["rows"][0]["figures"]["psnr"]["mean"] == 20.5
    assert data["rows"][0]["runs"] == ["0", "1"]
    assert data["failed"] == {"4": "<b>bad & worse</b>"}
    with (sweep / "report.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["run"], line["scale"], line["seed"], line["psnr"]) for line in lines][1] == ("1", "1", "1", "21.0")
    assert lines[4]["psnr"] == ""
    html = page.read_text()
    assert "20.50 ± 0.71" in html
    assert "&lt;b&gt;bad &amp; worse&lt;/b&gt;" in html
    assert "<b>bad" not in html


def test_a_report_of_a_report_is_the_same(sweep: Path, tmp_path: Path) -> None:
    """Plots of an earlier one, that had other rows, do not stay."""

    def written() -> dict[str, bytes]:
        write(Report("s", gather([str(sweep)], tmp_path)), sweep)
        return {str(file.relative_to(sweep)): file.read_bytes() for file in sweep.glob("report*/*")}

    first = written()
    (sweep / "report" / "psnr_old.png").write_bytes(b"")
    assert written() == first


def test_runs_that_differ_in_nothing_are_one_row(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("a", psnr=30.0)
    report = Report("a", gather([str(tmp_path / "a")], tmp_path))
    assert (report.keys, [row.label for row in report.rows], report.of) == ([], [""], ["psnr"])
    assert write(report, tmp_path / "a").is_file()


@pytest.mark.long
def test_ten_thousand_runs_take_seconds_and_little_memory(made_up: MadeUp, tmp_path: Path) -> None:
    """Bounds on a clock stand in docs/performance.md; here is that the whole of it goes through."""
    one = made_up("s/0", "scale=1", psnr=20.0)
    config = (one / "config.yaml").read_text()
    for number in range(1, 10_000):
        folder = tmp_path / f"s/{number}"
        folder.mkdir()
        (folder / "config.yaml").write_text(config.replace("scale: 1.0", f"scale: {number + 1}.0"))
        (folder / "run.json").write_text(json.dumps({"status": "done", "overrides": [f"scale={number + 1}"]}))
        (folder / "summary.json").write_text(json.dumps({"psnr": 20.0 + number / 1000}))
    report = Report("s", gather([str(tmp_path / "s")], tmp_path))
    write(report, tmp_path / "s")
    assert len(report.rows) == 10_000
    assert report.best is not None
    assert report.best.label == "scale=10000"
