from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from inr_cli.config.errors import ConfigError
from inr_cli.report.gather import flat, gather, place_of, read_config, told


def test_a_configuration_is_read_as_yaml_reads_it(made_up: Callable[..., Path]) -> None:
    folder = made_up("a", "experiment=siren_study/fit_siren", "image=cat")
    whole = yaml.safe_load((folder / "config.yaml").read_text())
    assert read_config(folder / "config.yaml") == whole
    assert flat(whole)["encoding.name"] == whole["encoding"]["name"]


@pytest.mark.parametrize("text", ["", "a: [1", "- a\n- b\n", "\x00", "a: !!python/object/apply:os.getcwd []\n"])
def test_a_damaged_configuration_is_empty(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text)
    assert read_config(tmp_path / "config.yaml") == {}


def test_runs_sweeps_and_folders_are_told_apart_and_nothing_counts_twice(
    made_up: Callable[..., Path], tmp_path: Path
) -> None:
    for number in range(3):
        made_up(f"sweeps/day/s/00{number}", f"seed={number}", psnr=30.0 + number)
    (tmp_path / "sweeps/day/s/sweep.json").write_text("{}")
    made_up("day/alone", "scale=2", psnr=20.0)
    (tmp_path / "latest").write_text("sweeps/day/s\n")
    sweep, alone = str(tmp_path / "sweeps/day/s"), str(tmp_path / "day/alone")
    assert [run.folder.name for run in gather(["last"], tmp_path)] == ["000", "001", "002"]
    assert [run.folder.name for run in gather([sweep, alone, sweep], tmp_path)] == ["000", "001", "002", "alone"]
    assert len(gather([str(tmp_path)], tmp_path)) == 4
    assert place_of(["last"], tmp_path) == tmp_path / "sweeps/day/s"
    own = place_of([sweep, alone], tmp_path)
    assert own.parent.parent == tmp_path / "reports"


@pytest.mark.parametrize("name", ["nothing", "empty", "a.txt"])
def test_what_is_no_run_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(ConfigError, match=name):
        gather([str(tmp_path / name)], tmp_path)


def test_what_came_of_a_run_is_known_without_a_checkpoint(made_up: Callable[..., Path], tmp_path: Path) -> None:
    made_up("done", psnr=30.0, ssim=None, image="cat", compiled=False)
    made_up("failed", status="failed", error="out of luck")
    done, failed = gather([str(tmp_path / "done"), str(tmp_path / "failed")], tmp_path)
    assert (done.status, done.figures) == ("done", {"psnr": 30.0})
    assert (failed.status, failed.error, failed.figures) == ("failed", "out of luck", {})


@pytest.mark.parametrize(
    ("value", "text"), [(10.0, "10"), (1e-4, "0.0001"), (None, "null"), (True, "true"), ([1, 2], "[1, 2]"), ("a", "a")]
)
def test_values_are_told_as_one_types_them(value: object, text: str) -> None:
    assert told(value) == text
