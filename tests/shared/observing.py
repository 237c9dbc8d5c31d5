"""What tests of several rooms look at: a program that runs, and what it leaves."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
import torch
from safetensors.torch import load_file

from inr_cli.engine.runs import read_json

T = TypeVar("T")
WAIT = 120.0  # seconds, for a machine that has much else to do


def start(*words: str, cwd: Path, **variables: str) -> subprocess.Popen[str]:
    """The program in a process group of its own, as a shell starts it."""
    command = [sys.executable, "-m", "inr_cli", *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, env=environment, text=True, process_group=0, stdout=pipe, stderr=pipe)


def wait_for(look: Callable[[], T]) -> T:
    """The first thing seen that is not false."""
    end = time.monotonic() + WAIT
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


GROWTH = """
import re, runpy, sys
from pathlib import Path

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

work = runpy.run_path(sys.argv[1])[sys.argv[2]]
before = peak()
work(*sys.argv[3:])
print(peak() - before)
"""


def growth(file: str, work: str, *arguments: object) -> int:
    """The kB by which a function of a test file raises the peak of a process of its own, in which nothing ran before.

    From /proc: what `getrusage` calls the peak of a process can be that of the one that started it.
    """
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process is read in /proc")
    command = [sys.executable, "-c", GROWTH, file, work, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return int(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout)


def sweep_folder(folder: Path) -> Path:
    """The sweep that was made last in a folder."""
    return folder / "outputs" / (folder / "outputs/latest").read_text().strip()


def rows(run: Path) -> list[dict[str, str]]:
    """The rows of measurements, but for the times."""
    with (run / "metrics.csv").open(newline="") as file:
        return [{key: cell for key, cell in row.items() if key != "seconds"} for row in csv.DictReader(file)]


def assert_same(one: Path, other: Path) -> None:
    """Two runs left the same files, with the same bits in them, but for the times."""
    assert names(one) == names(other)
    assert rows(one) == rows(other)
    assert summary(one) == summary(other)
    for place in names(one):
        if place.endswith(".png"):
            assert (one / place).read_bytes() == (other / place).read_bytes(), place
        if place.endswith(".safetensors"):
            found, expected = load_file(one / place), load_file(other / place)
            assert list(found) == list(expected)
            assert [name for name in found if not torch.equal(found[name], expected[name])] == [], place


def names(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*")}


def summary(run: Path) -> dict[str, object]:
    return {key: value for key, value in read_json(run / "summary.json").items() if key != "seconds"}
