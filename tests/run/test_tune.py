"""A search from the command line: whole, killed and gone on with, and refused."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from observing import start, sweep_folder, wait_for

from inr_cli.engine.lock import locked

TINY = ("image=cat", "size=16", "steps=20", "network.hidden_features=8", "encoding.count=8", "threads=1", "device=cpu")
SPACE = ("optimizer=sgd", "scale=interval(1,50)", "optimizer.lr=0.1,1e9", "activation=sine,relu", "init=torch,siren")
TRIALS = 7
Inr = Callable[..., subprocess.CompletedProcess[str]]


class Trial(NamedTuple):
    """What has come of a trial, but for the times."""

    name: str
    status: str
    words: list[str]
    psnr: float | None


def trials_in(sweep: Path) -> list[Trial]:
    found = []
    for run in sorted(sweep.glob("*/run.json")):
        state, summary = json.loads(run.read_text()), run.with_name("summary.json")
        psnr = json.loads(summary.read_text())["psnr"] if summary.exists() else None
        found.append(Trial(run.parent.name, state["status"], state["overrides"], psnr))
    return found


@pytest.fixture(scope="module")
def tuned(inr: Inr, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A search of which some trials fail, and what it said. Tests only read it, or copy the folder."""
    folder = tmp_path_factory.mktemp("tuned")
    return folder, inr("tune", *TINY, *SPACE, f"trials={TRIALS}", cwd=folder)


def test_every_trial_is_a_job_of_a_sweep_and_what_fails_leaves_the_others(
    tuned: tuple[Path, subprocess.CompletedProcess[str]], inr: Inr
) -> None:
    folder, said = tuned
    trials = trials_in(sweep_folder(folder))
    assert len(trials) == TRIALS
    statuses = {trial.status for trial in trials}
    assert statuses == {"done", "diverged", "failed"}, "one rate is too high, and relu has no init=siren"
    failed = [trial for trial in trials if trial.status == "failed"]
    assert all({"activation=relu", "init=siren"} <= set(trial.words) for trial in failed)
    diverged = [trial for trial in trials if trial.status == "diverged"]
    assert all("optimizer.lr=1000000000.0" in trial.words for trial in diverged)
    for trial in (*failed, *diverged):
        assert re.search(rf"^{trial.name}: .*log\.txt\)$", said.stderr, re.MULTILINE)
    plan = json.loads((sweep_folder(folder) / "sweep.json").read_text())
    assert [job["status"] for job in plan["jobs"]] == [trial.status for trial in trials]
    listed = inr("ls", "runs", cwd=folder).stdout
    assert all(trial.name in listed for trial in trials)


def test_the_best_stands_first_and_its_words_give_it_again(
    tuned: tuple[Path, subprocess.CompletedProcess[str]], inr: Inr, tmp_path: Path
) -> None:
    folder, said = tuned
    trials = trials_in(sweep_folder(folder))
    best = max((trial for trial in trials if trial.psnr is not None), key=lambda trial: trial.psnr or 0)
    header, first, *rest = (line.split("\t") for line in said.stdout.splitlines())
    assert header[:3] == ["trial", "status", "psnr"]
    assert first[:3] == [best.name, "done", f"{best.psnr:.2f} *"]
    values = [row[2] for row in rest]
    assert values == sorted(values, key=lambda value: -float(value.replace("-", "-inf"))), "those without one are last"
    [line] = [line for line in said.stderr.splitlines() if line.startswith("best: inr fit ")]
    inr(*shlex.split(line)[2:], cwd=tmp_path)
    [again] = tmp_path.glob("outputs/*/*/summary.json")
    assert json.loads(again.read_text())["psnr"] == best.psnr


def test_what_mattered_is_written_and_drawn(tuned: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    sweep = sweep_folder(tuned[0])
    result = json.loads((sweep / "tune.json").read_text())
    assert result["target"] == "psnr"
    assert sum(result["trials"].values()) == TRIALS
    assert set(result["importance"]) <= {"scale", "optimizer.lr", "activation", "init"}
    assert sum(result["importance"].values()) == pytest.approx(1)
    assert (sweep / "importance.png").read_bytes().startswith(b"\x89PNG")
    assert str(Path(*sweep.relative_to(tuned[0]).parts) / "importance.png") in tuned[1].stderr


def ended(folder: Path) -> int:
    states = [json.loads(path.read_text())["status"] for path in folder.glob("outputs/sweeps/*/*/*/run.json")]
    return sum(state in ("done", "diverged", "failed") for state in states)


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGKILL, id="killed"), pytest.param(signal.SIGINT, id="Ctrl-C", marks=pytest.mark.long)],
)
def test_broken_off_it_goes_on_to_the_same_trials_and_ends_with_as_many_as_were_asked_for(
    number: signal.Signals, tuned: tuple[Path, subprocess.CompletedProcess[str]], inr: Inr, tmp_path: Path
) -> None:
    with start("tune", *TINY, *SPACE, f"trials={TRIALS}", cwd=tmp_path) as tuning:
        wait_for(lambda: ended(tmp_path) >= 2)
        os.killpg(tuning.pid, number)
        _, said = tuning.communicate(timeout=60)
    sweep = sweep_folder(tmp_path)
    if number == signal.SIGINT:
        assert tuning.returncode == 130
        where = sweep.relative_to(tmp_path)
        assert re.search(rf"error: \d trials? came to an end; inr resume {where} goes on with the search\.\n$", said)
    assert 2 <= len(trials_in(sweep)) < TRIALS
    goes_on = inr("resume", cwd=tmp_path)
    assert trials_in(sweep) == trials_in(sweep_folder(tuned[0]))
    assert len(goes_on.stdout.splitlines()) == 1 + TRIALS


def test_it_goes_on_with_more_but_nothing_else_and_not_beside_another(
    tuned: tuple[Path, subprocess.CompletedProcess[str]], inr: Inr, tmp_path: Path
) -> None:
    sweep = Path(shutil.copytree(sweep_folder(tuned[0]), tmp_path / "moved"))
    before = trials_in(sweep)
    assert inr("resume", "moved", "optimizer.lr=1", cwd=tmp_path, expect=2).stderr.startswith("error: optimizer.lr=1: ")
    assert "--retry-failed" in inr("resume", "moved", "--retry-failed", cwd=tmp_path, expect=2).stderr
    with locked(sweep):
        said = inr("resume", "moved", cwd=tmp_path, expect=9)
        assert said.stderr.startswith("error: moved is held by process")
    assert trials_in(sweep) == before
    inr("resume", "moved", f"trials={TRIALS + 1}", "jobs=2", cwd=tmp_path)
    assert trials_in(sweep)[:TRIALS] == before
    assert len(trials_in(sweep)) == TRIALS + 1


def test_what_cannot_be_is_refused_before_any_folder(inr: Inr, tmp_path: Path) -> None:
    for words, code, told in [
        (["scael=interval(1,50)"], 2, "Did you mean 'scale'?"),
        (["network.hidden_layers=interval(1,4)"], 2, "network.hidden_layers=2.146: "),
        (["scale=interval(1,50)", "image=cta"], 3, "Did you mean 'cat'?"),
    ]:
        said = inr("tune", *words, cwd=tmp_path, expect=code).stderr
        assert told in said
        assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_choice_by_what_is_hidden_is_said_and_made(inr: Inr, tmp_path: Path) -> None:
    words = ("task=denoise", "scale=1,40", "seed=0,1", "trials=2", "target=psnr_test", "budget=1h")
    said = inr("tune", *TINY, *words, cwd=tmp_path)
    assert said.stderr.startswith("target=psnr_test chooses by what task=denoise hides: the clean picture, hidden.\n")
    best = json.loads((sweep_folder(tmp_path) / "tune.json").read_text())["best"]
    summaries = [json.loads(path.read_text()) for path in sweep_folder(tmp_path).glob("*/summary.json")]
    assert best["value"] == max(summary["psnr_test"] for summary in summaries)


def test_without_the_package_it_says_what_to_install(inr: Inr, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import sys\nsys.modules['optuna'] = None\n")
    path = os.pathsep.join([str(tmp_path / "site"), *filter(None, [os.environ.get("PYTHONPATH")])])
    said = inr("tune", "scale=interval(1,50)", cwd=tmp_path / "site", expect=2, PYTHONPATH=path)
    assert said.stderr == "error: inr tune: needs a package more: pip install 'inr-cli[tune]'.\n"
