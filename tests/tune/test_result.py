from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inr_cli.signal.write import write_json
from inr_cli.tune.result import ranked, write_result
from inr_cli.tune.target import Target

VALUES: dict[str, Any] = {"000": 20.0, "001": None, "002": 30.0, "003": 25}


@pytest.fixture
def states(tmp_path: Path) -> list[dict[str, Any]]:
    """Four trials, the second without a value, and a fifth that failed."""
    found = []
    for name, value in VALUES.items():
        (tmp_path / name).mkdir()
        write_json(tmp_path / name / "summary.json", {"psnr": value})
        found.append({"folder": tmp_path / name, "status": "done", "overrides": [f"seed={name}"]})
    return [*found, {"folder": tmp_path / "004", "status": "failed"}]


@pytest.mark.parametrize(("rises", "best"), [(True, ["002", "003", "000"]), (False, ["000", "003", "002"])])
def test_the_best_is_first_and_what_has_no_value_last(rises: bool, best: list[str], states: list[Any]) -> None:
    order = ranked(states, Target("psnr", rises, None))
    assert [state["folder"].name for state, _ in order] == [*best, "001", "004"]
    assert [value for _, value in order] == [*(VALUES[name] for name in best), None, None]


def test_the_best_and_what_mattered_are_written_and_drawn(states: list[Any], tmp_path: Path) -> None:
    target = Target("psnr", True, None)
    write_result(tmp_path, ranked(states, target), target, {"scale": 0.75, "seed": 0.25})
    assert json.loads((tmp_path / "tune.json").read_text()) == {
        "target": "psnr",
        "better": "higher",
        "trials": {"done": 4, "failed": 1},
        "best": {"trial": "002", "value": 30.0, "words": ["seed=002"]},
        "importance": {"scale": 0.75, "seed": 0.25},
    }
    assert (tmp_path / "importance.png").read_bytes().startswith(b"\x89PNG")


def test_where_nothing_came_out_nothing_is_best_or_drawn(states: list[Any], tmp_path: Path) -> None:
    target = Target("ssim", True, None)
    write_result(tmp_path, ranked(states, target), target, {})
    assert json.loads((tmp_path / "tune.json").read_text())["best"] is None
    assert not (tmp_path / "importance.png").exists()
