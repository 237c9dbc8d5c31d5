"""Hydra's plug-ins: its launchers run the jobs that are planned here, its sweepers think up jobs of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from observing import sweep_folder

TINY = ("size=16", "steps=3", "network.hidden_features=8", "encoding.count=8", "threads=1")
PLUG_IN = """
import sys
from dataclasses import dataclass
from typing import Dict, Optional
from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.config_store import ConfigStore

class LoudLauncher(BasicLauncher):
    def launch(self, job_overrides, initial_job_idx):
        print(f"launching {len(job_overrides)} jobs", file=sys.stderr)
        return super().launch(job_overrides, initial_job_idx)

class OwnSweeper(BasicSweeper):
    "Whatever is typed, two seeds of its own."

    def sweep(self, arguments):
        plain = [word for word in arguments if "," not in word]
        self.launcher.launch([[*plain, "seed=5"], [*plain, "seed=6"]], initial_job_idx=0)

@dataclass
class Loud:
    _target_: str = "hydra_plugins.for_tests.LoudLauncher"

@dataclass
class Own:
    _target_: str = "hydra_plugins.for_tests.OwnSweeper"
    max_batch_size: Optional[int] = None
    params: Optional[Dict[str, str]] = None

ConfigStore.instance().store(group="hydra/launcher", name="loud", node=Loud)
ConfigStore.instance().store(group="hydra/sweeper", name="own", node=Own)
"""


@pytest.fixture(scope="module")
def plug_in(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which the plug-in is installed."""
    place = tmp_path_factory.mktemp("plug_in")
    (place / "hydra_plugins").mkdir()
    (place / "hydra_plugins" / "for_tests.py").write_text(PLUG_IN)
    return {"PYTHONPATH": str(place)}


def test_a_launcher_runs_the_planned_jobs_and_one_that_fails_leaves_the_others(
    inr: Callable[..., Any], plug_in: dict[str, str], tmp_path: Path
) -> None:
    words = ("optimizer=sgd", "optimizer.lr=0.1,1e9", "eval_every=1", "hydra/launcher=loud", *TINY, "steps=20")
    said = inr("fit", "-m", *words, cwd=tmp_path, expect=10, **plug_in)
    assert "launching 2 jobs" in said.stderr
    sweep = sweep_folder(tmp_path)
    plan = json.loads((sweep / "sweep.json").read_text())
    assert [job["status"] for job in plan["jobs"]] == ["done", "diverged"]
    assert [line.split("\t")[1] for line in said.stdout.splitlines()[1:]] == ["done", "diverged"]
    assert sum(line.startswith("001-cat-gaussian: diverged by step ") for line in said.stderr.splitlines()) == 1
    again = inr("resume", "last", cwd=tmp_path, expect=10, **plug_in)
    assert "0 of 2 jobs to go" in again.stderr
    assert again.stdout == said.stdout


def test_a_sweeper_thinks_up_jobs_of_its_own(inr: Callable[..., Any], plug_in: dict[str, str], tmp_path: Path) -> None:
    said = inr("fit", "-m", "scale=1,10", "hydra/sweeper=own", *TINY, cwd=tmp_path, **plug_in)
    assert [line.split("\t")[-1] for line in said.stdout.splitlines()[1:]] == ["seed=5", "seed=6"]
    plan = json.loads((sweep_folder(tmp_path) / "sweep.json").read_text())
    assert [(job["overrides"][-1], job["status"]) for job in plan["jobs"]] == [("seed=5", "done"), ("seed=6", "done")]
