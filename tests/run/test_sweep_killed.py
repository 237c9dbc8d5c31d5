"""A sweep killed again and again, at any instant, ends as if nobody had touched it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

JOBS = 12
SWEEP = ("seed=range(12)", "size=16", "network.hidden_features=16", "encoding.count=8", "threads=1", "device=cpu")
RUN = ("steps=60", "save_every=10", "eval_every=20")
FIGURES = ("psnr", "psnr_8bit", "ssim", "loss", "steps", "parameters")


class Result(NamedTuple):
    """What has come of a sweep, but for the times."""

    table: list[list[str]]
    figures: list[list[float]]
    curves: list[list[list[str]]]


def result_of(sweep: Path, stdout: str) -> Result:
    rows = [line.split("\t") for line in stdout.splitlines()]
    seconds = rows[0].index("seconds")
    summaries = [json.loads(path.read_text()) for path in sorted(sweep.glob("*/summary.json"))]
    metrics = [path.read_text().splitlines() for path in sorted(sweep.glob("*/metrics.csv"))]
    return Result(
        [row[:seconds] + row[seconds + 1 :] for row in rows],
        [[summary[name] for name in FIGURES] for summary in summaries],
        [[line.split(",")[:1] + line.split(",")[2:] for line in lines] for lines in metrics],
    )


def sweep_folder(folder: Path) -> Path | None:
    """Where the sweep is, once it is planned."""
    found = list(folder.glob("outputs/sweeps/*/*/sweep.json"))
    return found[0].parent if found else None


def done_in(folder: Path) -> dict[str, int]:
    """How often every finished job has been begun."""
    finished = [path.parent for path in folder.glob("outputs/sweeps/*/*/*/summary.json")]
    return {job.name: json.loads((job / "run.json").read_text())["attempt"] for job in finished}


def processes_with(mark: str) -> list[int]:
    """Every process that has inherited a variable of this value: those of a sweep, and its orphans."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def whole(inr: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same sweep without a break."""
    folder = tmp_path_factory.mktemp("whole")
    said = inr("fit", "-m", *SWEEP, *RUN, "jobs=2", cwd=folder)
    sweep = sweep_folder(folder)
    assert sweep
    return result_of(sweep, said.stdout)


class Instant:
    """A while after another job has ended: at any point of those that run then, or between two."""

    def __init__(self, folder: Path, ended: int, pause: float) -> None:
        self.folder, self.ended, self.pause = folder, ended, pause
        self.since: float | None = None

    def __call__(self) -> bool:
        """Whether it has come."""
        if self.since is None and len(done_in(self.folder)) > self.ended:
            self.since = time.monotonic()
        return self.since is not None and time.monotonic() > self.since + self.pause


def run_until(words: tuple[str, ...], folder: Path, mark: str, instant: Callable[[], bool]) -> str | None:
    """Run the program, kill its whole group at an instant, and see that no job outlives it; else what it printed."""
    command = [sys.executable, "-m", "inr_cli", *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "INR_TEST": mark}
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, process_group=0
    ) as sweep:
        while sweep.poll() is None and not instant():
            time.sleep(0.005)
        if sweep.poll() is not None:
            assert sweep.returncode == 0
            return sweep.communicate()[0]
        os.killpg(sweep.pid, signal.SIGKILL)
    end = time.monotonic() + 60
    while processes_with(mark):
        assert time.monotonic() < end, "a job outlived its sweep"
        time.sleep(0.02)
    return None


def kill_until_done(folder: Path, draw: random.Random, jobs: int, kills: int) -> tuple[str, int]:
    """Start the sweep, go on with it after every kill, and return what it printed in the end, and how many kills."""
    words: tuple[str, ...] = ("fit", "-m", *SWEEP, *RUN, f"jobs={jobs}")
    before: dict[str, int] = {}
    for killed in range(kills + 1):
        pause = draw.uniform(0, 0.3) if killed < kills else float("inf")
        printed = run_until(words, folder, f"{folder}-{killed}", Instant(folder, len(before), pause))
        assert before.items() <= done_in(folder).items(), "a finished job was run again"
        if printed is not None:
            return printed, killed
        before, words = done_in(folder), ("resume", "last")
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("seed", "jobs", "kills"),
    [
        (0, 2, 3),
        *(pytest.param(seed, jobs, 4, marks=pytest.mark.long) for jobs in (1, 2, 4) for seed in range(1, 11)),
    ],
)
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="orphans are looked for in /proc")
def test_a_sweep_under_repeated_kills_ends_as_one_without(
    seed: int, jobs: int, kills: int, whole: Result, tmp_path: Path
) -> None:
    printed, killed = kill_until_done(tmp_path, random.Random(seed), jobs, kills)
    sweep = sweep_folder(tmp_path)
    assert sweep
    assert killed >= 3
    assert result_of(sweep, printed) == whole
    runs = [json.loads(path.read_text()) for path in sorted(sweep.glob("*/run.json"))]
    assert [run["status"] for run in runs] == ["done"] * JOBS
    assert 1 <= max(run["attempt"] for run in runs) <= killed + 1
    assert not list(sweep.rglob("*.tmp"))
