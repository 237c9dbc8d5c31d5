"""`cluster=`: the jobs of a sweep in the hands of joblib, submitit and Ray, for real."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from observing import rows, sweep_folder, wait_for

from inr_cli.config.choices import choices
from inr_cli.config.errors import ConfigError
from inr_cli.config.session import Session
from inr_cli.engine.runs import read_json

TINY = ("size=16", "steps=3", "network.hidden_features=8", "encoding.count=8", "threads=1", "seed=1,2")
LAUNCHERS = {
    "cluster=local": "hydra_plugins.hydra_joblib_launcher",
    "hydra/launcher=submitit_local": "hydra_plugins.hydra_submitit_launcher",
    "cluster=ray": "hydra_plugins.hydra_ray_launcher",
}


@pytest.mark.parametrize("word", LAUNCHERS)
def test_each_runs_two_jobs(word: str, inr: Callable[..., Any], tmp_path: Path) -> None:
    if importlib.util.find_spec(LAUNCHERS[word]) is None:
        pytest.skip(f"{LAUNCHERS[word]} is not installed here")
    said = inr(
        "fit", "-m", word, *TINY, cwd=tmp_path, HOME=str(tmp_path), RAY_USAGE_STATS_ENABLED="0"
    )  # Ray keeps a token at home
    assert [line.split("\t")[1] for line in said.stdout.splitlines()[1:]] == ["done", "done"]
    plan = read_json(sweep_folder(tmp_path) / "sweep.json")
    assert [job["overrides"][-1] for job in plan["jobs"]] == ["seed=1", "seed=2"]
    inr("render", "last", "--size", "20", cwd=tmp_path)


@pytest.mark.long
def test_a_preempted_job_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    """What Slurm does through submitit: SIGUSR2, and the same call again in a new process."""
    words = (*TINY[:1], "steps=200000", "eval_every=200", *TINY[2:5], "seed=1", "hydra/launcher=submitit_local")
    command = [sys.executable, "-m", "inr_cli", "fit", "-m", *words, "save_every=200"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            job = wait_for(lambda: next((path.parent for path in tmp_path.rglob("step_*.safetensors")), None)).parent
            first = read_json(job / "run.json")
            signed = re.match(r"process (\d+) ", (job / ".lock").read_text())
            assert signed
            os.kill(int(signed[1]), signal.SIGUSR2)
            wait_for(lambda: read_json(job / "run.json")["attempt"] == 2 and len(rows(job)) > len(rows_at(job, first)))
            steps = [int(row["step"]) for row in rows(job)]
            assert steps == sorted(set(steps)), "it went on: no measurement was made anew"
            signed = re.match(r"process (\d+) ", (job / ".lock").read_text())
            assert signed
            os.kill(int(signed[1]), signal.SIGTERM)
            process.communicate(timeout=60)
        finally:
            process.kill()
    assert read_json(job / "run.json")["status"] == "interrupted"


def rows_at(job: Path, state: dict[str, Any]) -> list[dict[str, str]]:
    return [row for row in rows(job) if int(row["step"]) <= state["step"]]


@pytest.mark.skipif(shutil.which("srun") is not None, reason="there is a Slurm here")
def test_where_there_is_no_slurm_that_is_said_and_the_sweep_can_go_on_here(
    inr: Callable[..., Any], tmp_path: Path
) -> None:
    said = inr("fit", "-m", "cluster=slurm", *TINY, cwd=tmp_path, expect=10)
    assert 'Could not detect "srun"' in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stderr.splitlines()[-1].startswith("error: 2 of 2 jobs did not finish")
    inr("resume", "last", cwd=tmp_path)


@pytest.mark.parametrize("name", sorted(choices("cluster")))
def test_without_its_launcher_a_preset_names_the_extra_that_brings_it(
    name: str, inr: Callable[..., Any], tmp_path: Path
) -> None:
    """Hydra finds plug-ins by walking the package `hydra_plugins`: here an empty one stands before it."""
    (tmp_path / "hydra_plugins").mkdir()
    (tmp_path / "hydra_plugins/__init__.py").write_text("")
    work = tmp_path / "work"
    work.mkdir()
    first = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    said = inr("fit", "-m", f"cluster={name}", *TINY, cwd=work, expect=2, PYTHONPATH=first)
    expected = f"error: cluster={name}: Hydra's launcher for it is not installed; pip install 'inr-cli[{name}]'."
    assert said.stderr.splitlines() == [expected]
    assert not list(work.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cluster=local"], "cluster=local: is where the jobs of a sweep run, and this is one run; for a sweep add -m"),
        (["-m", "cluster=local,slurm"], "all jobs of a sweep run in one place; give one"),
        (["-m", "cluster=lokal"], "cluster=lokal: there is no such cluster; choose local, ray, slurm. Did you mean"),
        (["-m", "cluster=local", "jobs=2"], "jobs=2: Hydra runs these jobs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        session = Session(words)
        assert session.jobs() and session.is_run_here


def test_slurm_takes_what_is_typed_and_no_run_is_changed_by_it(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["-m", "cluster=slurm", "hydra.launcher.partition=gpu", "hydra.launcher.gpus_per_node=2", "seed=1,2"]
    session = Session(words)
    assert session.is_split_here and not session.is_run_here
    assert [job.seed for job in session.jobs()] == [1, 2]
    assert session.jobs() == Session(["-m", "seed=1,2"]).jobs()
    Session([*words, "--cfg", "hydra", "-p", "hydra.launcher"]).show()
    shown = capsys.readouterr().out
    assert "partition: gpu\n" in shown
    assert "gpus_per_node: 2\n" in shown
    assert "max_num_timeout: 10\n" in shown
