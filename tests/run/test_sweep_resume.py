"""Sweeps that go wrong, job by job or as a whole, and go on."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from observing import start, sweep_folder, wait_for

from inr_cli.engine.lock import locked

PLANTED = """
import os, signal, sys, time
from typing import Literal, final
from pydantic import Field
from inr_cli.schedule import Schedule, Warm

ENDS = {
    "well": lambda: None,
    "exit": lambda: sys.exit(7),
    "leave": lambda: os._exit(0),
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "starve": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "slow": lambda: time.sleep(0.1),
}
End = Literal["well", "exit", "leave", "segfault", "starve", "slow", "diverge"]

@final
class Planted(Schedule):
    '''Ends the process in the middle of the run, as if something had gone wrong.'''

    class Spec(Warm):
        end: End = Field(description="how it ends")

    def __init__(self, spec):
        super().__init__(spec)
        self.end = "well" if "CURED" in os.environ else spec.end

    def shape(self, progress):
        if progress >= 0.5:
            ENDS.get(self.end, ENDS["well"])()
        return 1e30 if self.end == "diverge" else 1.0
"""
TINY = ("size=16", "network.hidden_features=8", "encoding.count=8", "threads=1", "eval_every=2", "save_every=2")
ENDS = ("well", "exit", "leave", "segfault", "starve", "diverge")
REASONS = {
    "exit": ("failed", "ended by itself with exit code 7", 7),
    "leave": ("failed", "ended by itself with exit code 0", 0),
    "segfault": ("failed", "killed (signal 11), a crash in some library", 139),
    "starve": ("failed", "killed (signal 9), probably out of memory", 137),
    "diverge": ("diverged", "diverged", 7),
}


@pytest.fixture(scope="module")
def plug_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which `schedule=planted` is a choice, from another package."""
    place = tmp_path_factory.mktemp("plug_in")
    (place / "inr_planted" / "conf" / "schedule").mkdir(parents=True)
    (place / "inr_planted" / "__init__.py").write_text(PLANTED)
    planted = "# Planted.\nname: planted\nwarmup: 0.0\nend: well\n"
    (place / "inr_planted" / "conf" / "schedule" / "planted.yaml").write_text(planted)
    info = place / "inr_planted-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: inr-planted\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[inr_cli.parts]\nschedule.planted = inr_planted:Planted\n")
    return {"PYTHONPATH": str(place)}


def runs_of(sweep: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(sweep.glob("*/run.json"))]


def rows_of(stdout: str) -> list[list[str]]:
    """The table without its header."""
    return [line.split("\t") for line in stdout.splitlines()[1:]]


Swept = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def failed(inr: Callable[..., Any], plug_in: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """A sweep of which one job ends well, and what it said. Tests only read it, or copy the folder."""
    folder = tmp_path_factory.mktemp("failed")
    words = ("fit", "-m", "schedule=planted", f"schedule.end={','.join(ENDS)}", "optimizer=sgd", "jobs=2", *TINY)
    return folder, inr(*words, "steps=10", cwd=folder, expect=10, **plug_in)


def test_no_job_can_take_the_sweep_down_and_each_says_what_it_died_of(
    failed: Swept,
) -> None:
    folder, _ = failed
    runs = dict(zip(ENDS, runs_of(sweep_folder(folder)), strict=True))
    assert (runs["well"]["status"], runs["well"]["exit_code"]) == ("done", 0)
    for end, (status, reason, code) in REASONS.items():
        assert (runs[end]["status"], runs[end]["exit_code"]) == (status, code), end
        assert runs[end]["error"].startswith(reason)


def test_every_failure_is_told_at_the_end_with_its_log(
    failed: Swept,
) -> None:
    folder, said = failed
    sweep = sweep_folder(folder).relative_to(folder)
    lines = said.stderr.splitlines()
    assert len(lines) == 1 + len(REASONS) + 1, "how many jobs there are, each failure once, what to type"
    for number, end in enumerate(ENDS[1:], start=1):
        name = f"{number:03d}-cat-gaussian"
        [line] = [line for line in lines if line.startswith(f"{name}: ")]
        assert REASONS[end][1] in line
        assert line.endswith(f"({sweep}/{name}/log.txt)")
        assert (folder / sweep / name / "log.txt").is_file()
    assert lines[-1].startswith("error: 5 of 6 jobs did not finish: 001-cat-gaussian, ")
    assert lines[-1].endswith(f"inr resume {sweep} --retry-failed tries again.")
    assert "Segmentation fault" in (folder / sweep / "003-cat-gaussian" / "log.txt").read_text()


def test_the_table_covers_every_job(failed: Swept) -> None:
    rows = rows_of(failed[1].stdout)
    assert [row[1] for row in rows] == ["done", *(REASONS[end][0] for end in ENDS[1:])]
    assert [row[-1] for row in rows] == [f"schedule.end={end}" for end in ENDS]
    plan = json.loads((sweep_folder(failed[0]) / "sweep.json").read_text())
    assert [job["status"] for job in plan["jobs"]] == [row[1] for row in rows]


@pytest.fixture
def moved(failed: Swept, tmp_path: Path) -> Path:
    """The sweep with its failed jobs, in a folder in which a test may change it."""
    return Path(shutil.copytree(sweep_folder(failed[0]), tmp_path / "moved"))


def test_failed_jobs_are_tried_again_only_where_asked_for_and_the_end_is_as_if_nothing_had_been(
    failed: Swept,
    inr: Callable[..., Any],
    plug_in: dict[str, str],
    moved: Path,
    tmp_path: Path,
) -> None:
    said = inr("resume", "moved", cwd=tmp_path, expect=10, **plug_in)
    assert rows_of(said.stdout) == rows_of(failed[1].stdout)
    assert [run["attempt"] for run in runs_of(moved)] == [1] * 6
    said = inr("resume", "moved", "--retry-failed", cwd=tmp_path, CURED="1", **plug_in)
    assert [row[1] for row in rows_of(said.stdout)] == ["done"] * 6
    assert [run["attempt"] for run in runs_of(moved)] == [1, 2, 2, 2, 2, 2]
    *goes_on, diverged = [json.loads(path.read_text())["psnr"] for path in sorted(moved.glob("*/summary.json"))]
    assert set(goes_on) == {goes_on[0]}, "all five are the same run, some with a break"
    assert isinstance(diverged, float)


def test_what_cannot_go_on_is_refused_before_any_job_does(
    inr: Callable[..., Any],
    plug_in: dict[str, str],
    moved: Path,
    tmp_path: Path,
) -> None:
    before = runs_of(moved)
    for word in ("stpes=20", "jobs=0", "jobs=many"):
        said = inr("resume", "moved", "--retry-failed", word, cwd=tmp_path, expect=2, **plug_in)
        assert len(said.stderr.splitlines()) == 1
        assert said.stderr.startswith(f"error: {word}: ")
    with locked(moved):
        said = inr("resume", "moved", cwd=tmp_path, expect=9, **plug_in)
        assert re.fullmatch(rf"error: moved is held by process {os.getpid()} on .*\n", said.stderr)
    (moved / "sweep.json").write_text("{}")
    said = inr("resume", "moved", cwd=tmp_path, expect=2, **plug_in)
    assert said.stderr.startswith("error: moved/sweep.json: damaged")
    assert runs_of(moved) == before


@pytest.mark.parametrize(
    ("number", "send"),
    [
        pytest.param(signal.SIGINT, os.killpg, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, os.kill, id="SIGTERM", marks=pytest.mark.long),
    ],
)
def test_stopped_it_saves_the_running_jobs_and_says_how_to_go_on(
    number: signal.Signals,
    send: Callable[[int, int], None],
    inr: Callable[..., Any],
    plug_in: dict[str, str],
    tmp_path: Path,
) -> None:
    words = ("schedule=planted", "schedule.end=slow", "seed=1,2,3", "jobs=2", "steps=100", *TINY[:-1], "save_every=50")
    with start("fit", "-m", *words, cwd=tmp_path, **plug_in) as sweeping:
        wait_for(lambda: len([path for path in tmp_path.rglob("metrics.csv") if "\n52," in path.read_text()]) == 2)
        send(sweeping.pid, number)
        _, said = sweeping.communicate(timeout=60)
    assert sweeping.returncode == 128 + number
    sweep = sweep_folder(tmp_path).relative_to(tmp_path)
    last = f"error: 0 of 3 jobs are done; inr resume {sweep} goes on with the rest."
    assert said.splitlines() == [f"3 jobs in {sweep}", last]
    runs = runs_of(tmp_path / sweep)
    assert [run["status"] for run in runs] == ["interrupted", "interrupted", "planned"]
    assert all(int(run["checkpoint"][-18:-12]) > 50 for run in runs[:2]), "saved where it was, not where it was due"
    said = inr("resume", cwd=tmp_path, CURED="1", **plug_in)
    assert [row[1] for row in rows_of(said.stdout)] == ["done"] * 3
    assert [run["attempt"] for run in runs_of(tmp_path / sweep)] == [2, 2, 1]
