from pathlib import Path

import pytest

from inr_cli.cli.panel import sweep_table
from inr_cli.config.compose import compose
from inr_cli.config.paths import own_folders
from inr_cli.config.root import as_yaml
from inr_cli.reproduce.columns import columns
from inr_cli.signal.write import write_json, write_text

CHECKS = """  grid: ["{pictures}"]
  variants: {{low: [scale=1], high: [scale=3]}}
  show: [psnr_accumulated]
  expect:
    - {{of: psnr_raw, variant: low, published: 15.265, within: 4}}
    - {{of: psnr_offset, order: [low, high]}}
    - {{of: psnr_srgan, variant: low, above: 1}}
"""
LOW = ["experiment=study/one", "variant=low", "image=face"]


@pytest.fixture
def job(own, tmp_path: Path) -> Path:
    """The folder of a job of study/one, as a sweep leaves it."""
    own("study/one", CHECKS.format(pictures="image=face"))
    folder = tmp_path / "job"
    folder.mkdir()
    write_text(folder / "config.yaml", as_yaml(compose(LOW, own_folders())))
    write_json(folder / "summary.json", {"psnr_raw": 12.3456, "psnr_offset": 21.0, "psnr_srgan": None, "steps": 4})
    write_text(folder / "metrics.csv", "step,psnr\n0,10\n4,20\n")
    return folder


def test_what_an_experiment_is_about_is_measured_beside_what_was_published(job: Path) -> None:
    found = columns(job, LOW)
    assert list(found) == ["psnr_accumulated", "psnr_raw", "psnr_offset", "published"]
    assert (found["psnr_raw"], found["psnr_offset"]) == ("12.35", "21")
    assert 10 < float(found["psnr_accumulated"]) < 20
    assert found["published"] == "PSNR raw 15.265"
    assert columns(job, [*LOW, "steps=4"])["published"].endswith(" (changed)")


def test_a_table_has_a_column_of_each_and_the_published_figures_last(job: Path, capsys) -> None:
    sweep_table(job.parent, [{"folder": job, "status": "done", "overrides": LOW}])
    header, row = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert header[3:7] == ["psnr_accumulated", "psnr_raw", "psnr_offset", "published"]
    assert row[4:6] == ["12.35", "21"]


def test_a_figure_that_is_a_mean_says_so(own, job: Path) -> None:
    own("study/one", CHECKS.format(pictures="image=face,checkerboard"))
    write_text(job / "config.yaml", as_yaml(compose(LOW, own_folders())))
    assert columns(job, LOW)["published"] == "PSNR raw 15.265 (mean of 2 pictures)"


def test_a_run_without_an_experiment_has_none(tmp_path: Path) -> None:
    assert columns(tmp_path, []) == {}
