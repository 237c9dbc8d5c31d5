"""Files that mean harm: every one is refused in one line, and nothing in it is ever run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inr_cli.engine.training import Training

PROGRAM = Path(__file__).parent / "hostile" / "program.py"
LINE = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def opened(folder: Path, checkpoint: Callable[..., Training]) -> list[dict[str, Any]]:
    good = folder / "good.safetensors"
    checkpoint(good, "size=8", "network.hidden_features=4", "network.hidden_layers=1", "encoding.count=2")
    command = [sys.executable, "-X", "utf8", PROGRAM, good.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_enough_of_them(opened: list[dict[str, Any]]) -> None:
    assert len(opened) >= 300
    assert len({one["file"] for one in opened}) == len(opened)


def test_each_is_refused_in_one_line(opened: list[dict[str, Any]]) -> None:
    wrong = [one for one in opened if one["code"] != 5 or one["said"].count("\n") != 1 or len(one["said"]) > LINE]
    assert not wrong
    assert all(one["said"].startswith(f"error: {one['file']}: ") for one in opened)
    assert all(one["said"][:-1].isprintable() for one in opened)


def test_nothing_is_imported_run_or_written(opened: list[dict[str, Any]], folder: Path) -> None:
    assert not [one for one in opened if one["seen"]]
    known = {"good.safetensors", "rendered.png", *(one["file"] for one in opened)}
    assert {path.name for path in folder.iterdir()} == known


def test_none_keeps_the_processor_for_long(opened: list[dict[str, Any]]) -> None:
    assert not [one for one in opened if one["took"] > 2]  # of its own time, whatever else the machine does
