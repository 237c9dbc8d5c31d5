import csv
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from inr_cli.engine.runs import best_job
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
    """Plots of an earlier one, that had other rows, do not stay; a picture of somebody else's does."""

    def written() -> dict[str, bytes]:
        write(Report("s", gather([str(sweep)], tmp_path)), sweep)
        return {str(file.relative_to(sweep)): file.read_bytes() for file in sweep.glob("report*/*")}

    (sweep / "report").mkdir()
    (sweep / "report" / "my_plot.png").write_bytes(b"mine")
    first = written()
    assert first["report/my_plot.png"] == b"mine"
    (sweep / "report" / "psnr_old.png").write_bytes(b"")
    data = json.loads((sweep / "report.json").read_text())
    (sweep / "report.json").write_text(json.dumps(data | {"pictures": [*data["pictures"], "psnr_old.png"]}))
    assert written() == first


def test_a_search_is_reported_by_what_it_searched_for(made_up: MadeUp, tmp_path: Path) -> None:
    for number, (psnr, ssim) in enumerate([(30.0, 0.8), (29.0, 0.9), (28.0, 0.85)]):
        made_up(f"s/{number}", f"scale={number + 1}", psnr=psnr, ssim=ssim)
    (tmp_path / "s" / "tune.json").write_text('{"target": "ssim", "better": "higher"}')
    report = Report("s", gather([str(tmp_path / "s")], tmp_path))
    assert (report.of, report.figures) == (["ssim"], ["ssim", "psnr"])
    html = write(report, tmp_path / "s").read_text()
    assert "<b>Best</b> scale=2: SSIM 0.9000" in html
    assert json.loads((tmp_path / "s" / "report.json").read_text())["best"] == "scale=2"
    assert best_job(tmp_path / "s").name == "1"


def test_what_the_best_warns_of_stands_below_it(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("s/0", "scale=1", psnr=30.0, warning=None)
    made_up("s/1", "scale=50", psnr=40.0, warning="noise <between> the pixels")
    html = write(Report("s", gather([str(tmp_path / "s")], tmp_path)), tmp_path / "s").read_text()
    assert "Warning: noise &lt;between&gt; the pixels</p>" in html
    assert html.count("done, with a warning</button>") == 1


@pytest.mark.parametrize(
    ("seeds", "told"),
    [((0, 1), "over up to 2 seeds"), ((0, 0), "over up to 2 runs of 1 seed"), ((0, 1, 1), "3 runs of 2 seeds")],
)
def test_a_seed_that_was_run_twice_is_one(seeds: Sequence[int], told: str, made_up: MadeUp, tmp_path: Path) -> None:
    for number, seed in enumerate(seeds):
        made_up(f"s/{number}", f"seed={seed}", psnr=20.0)
    assert told in write(Report("s", gather([str(tmp_path / "s")], tmp_path)), tmp_path / "s").read_text()


def test_a_row_says_how_many_runs_it_stands_for(made_up: MadeUp, tmp_path: Path) -> None:
    for number, (scale, seed) in enumerate([(1, 0), (1, 1), (2, 0)]):
        made_up(f"s/{number}", f"scale={scale}", f"seed={seed}", psnr=20.0)
    runs = gather([str(tmp_path / "s")], tmp_path)
    folded, single = (write(Report("s", some), tmp_path / "s").read_text() for some in (runs, runs[1:]))
    column = "<button type='button'>runs</button>"
    assert (folded.count(column), single.count(column)) == (1, 0)
    assert re.findall(r"data-sort='\d\.0'>(\d)</td><td><button", folded) == ["2", "1"]


def test_what_came_to_no_end_is_told_with_the_command_that_goes_on(made_up: MadeUp, tmp_path: Path) -> None:
    words = ("image=cat", "size=96", "steps=300")
    for number, status in enumerate(("done", "interrupted", "planned")):
        made_up(f"s/{number}", *words, f"scale={number + 1}", status=status)
    (tmp_path / "s" / "sweep.json").write_text("{}")
    made_up("alone", *words, "scale=9", status="interrupted")
    report = Report("all", gather([str(tmp_path)], tmp_path))
    assert sorted(report.left) == [f"inr resume {tmp_path / 'alone'}", f"inr resume {tmp_path / 's'}"]
    assert report.shared == "image=cat size=96 task=fit steps=300 batch_size=2048"
    page = write(report, tmp_path).read_text()
    assert all(command in page for command in (*report.left, report.shared))


def test_no_two_columns_of_the_csv_have_one_name(made_up: MadeUp, tmp_path: Path) -> None:
    for steps in (10, 20):
        made_up(f"s/{steps}", f"steps={steps}", psnr=20.0, steps=steps, seed=0)
    write(Report("s", gather([str(tmp_path / "s")], tmp_path)), tmp_path / "s")
    header = (tmp_path / "s" / "report.csv").read_text().splitlines()[0]
    assert header == "run,status,steps,seed,psnr"


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
