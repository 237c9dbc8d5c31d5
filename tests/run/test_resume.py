"""The real program, killed and asked to stop at instants of chance, goes on to the same bits."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from observing import WAIT, assert_same, start, wait_for

NETWORK = ("network.hidden_features=16", "encoding.count=16")
SMALL = (*NETWORK, "size=32", "batch_size=64", "threads=1", "precision=float32")
STEPS = 3000
LONG = (f"steps={STEPS}", "eval_every=100", "save_every=250", *SMALL)
ENDLESS = ("steps=10000000", "eval_every=1000", *SMALL)

PROMISED = 5.0
"""Seconds in which a small run is saved and over once it was asked to: a promise, so here a clock decides.

What Python then takes to end is not counted: on a busy machine that is seconds.
"""


def wait_for_file(process: subprocess.Popen[str], folder: Path, pattern: str) -> None:
    """Or for the end of the process that was to write it."""
    wait_for(lambda: process.poll() is not None or list(folder.glob(pattern)))


def only_run(folder: Path) -> Path:
    [run] = folder.glob("outputs/????-??-??/*")
    return run


@pytest.fixture(scope="module")
def straight(inr, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("straight")
    inr("fit", *LONG, cwd=folder)
    return only_run(folder)


def killed_until_done(folder: Path, draw: random.Random, longest: float) -> int:
    """Kill it, and whatever resumes it, after random times until one of them comes to the end; how many died."""
    words, deaths = ["fit", *LONG], 0
    while True:
        process = start(*words, cwd=folder)
        wait_for_file(process, folder, "outputs/*/*/config.yaml")
        try:
            said = process.communicate(timeout=draw.uniform(0.0, longest))[1]
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            deaths += 1
            longest *= 1.3  # a busy machine also comes to an end
        else:
            assert process.returncode == 0, said
            return deaths
        words = ["resume"]


def test_a_killed_run_goes_on_to_the_same_bits(straight: Path, tmp_path: Path) -> None:
    assert killed_until_done(tmp_path, random.Random(1), 8.0) >= 1
    assert_same(only_run(tmp_path), straight)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_many_kills_change_no_bit(seed: int, straight: Path, tmp_path: Path) -> None:
    killed_until_done(tmp_path, random.Random(seed), 3.0)
    assert_same(only_run(tmp_path), straight)


@contextmanager
def running(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    process = start("fit", *words, cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_asked_to_stop_it_saves_and_says_how_to_go_on(number: int, code: int, inr, tmp_path: Path) -> None:
    with running(tmp_path, *ENDLESS) as process:
        wait_for_file(process, tmp_path, "outputs/*/*/metrics.csv")
        time.sleep(0.5)
        process.send_signal(number)
        _, said = process.communicate(timeout=WAIT)
    assert process.returncode == code
    run = only_run(tmp_path)
    assert f"inr resume {run.relative_to(tmp_path)}" in said.splitlines()[-1]
    state = json.loads((run / "run.json").read_text())
    assert (state["status"], state["exit_code"]) == ("interrupted", code)
    assert (run / state["checkpoint"]).is_file()
    assert not (run / "summary.json").exists()
    inr("render", "--size", "8", cwd=tmp_path)
    more = state["step"] + 5
    inr("resume", "last", f"steps={more}", "eval_every=1000", cwd=tmp_path)
    assert json.loads((run / "summary.json").read_text())["steps"] == more
    assert json.loads((run / "run.json").read_text())["attempt"] == 2


def test_a_run_that_was_asked_to_stop_goes_on_to_the_same_bits(inr, straight: Path, tmp_path: Path) -> None:
    with running(tmp_path, *LONG) as process:
        wait_for_file(process, tmp_path, "outputs/*/*/checkpoints/*.safetensors")
        asked = datetime.now(UTC)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=WAIT)
    assert process.returncode == 143
    ended = json.loads((only_run(tmp_path) / "run.json").read_text())["ended"]
    assert (datetime.fromisoformat(ended) - asked).total_seconds() < PROMISED
    assert not (only_run(tmp_path) / "summary.json").exists()
    inr("resume", cwd=tmp_path)
    assert_same(only_run(tmp_path), straight)


@pytest.mark.parametrize("delay", [0.0, 0.3, 1.0, 3.0])
def test_asked_to_stop_early_it_leaves_nothing_half_written(delay: float, tmp_path: Path) -> None:
    with running(tmp_path, *ENDLESS) as process:
        time.sleep(delay)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=WAIT)
    assert process.returncode in {143, -signal.SIGTERM}, said  # the latter: Python itself was not up yet
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("*.tmp"))


def test_asked_twice_it_ends_at_once(tmp_path: Path) -> None:
    """Its single step takes minutes: nobody waits for the end of that."""
    slow = ["size=256", "dataset=skimage", "batch_size=full", "optimizer=lbfgs", "optimizer.max_iter=1000", "threads=1"]
    with running(tmp_path, "steps=10", "network.hidden_features=512", *slow) as process:
        wait_for_file(process, tmp_path, "outputs/*/*/metrics.csv")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=5)
    assert process.returncode == 130


def test_a_finished_run_says_so(inr, tmp_path: Path) -> None:
    inr("fit", "steps=5", *SMALL, cwd=tmp_path)
    done = inr("resume", cwd=tmp_path)
    assert "complete: 5 steps" in done.stderr
    assert done.stdout == ""


def test_a_run_that_is_under_way_is_not_touched(inr, tmp_path: Path) -> None:
    minutes = ("steps=300000", "eval_every=1000", *SMALL)  # and no longer, for a second one that is not refused
    with running(tmp_path, *minutes) as process:
        wait_for_file(process, tmp_path, "outputs/*/*/metrics.csv")
        refused = inr("resume", cwd=tmp_path, expect=9)
        assert str(process.pid) in refused.stderr


def test_a_run_that_went_astray_names_its_last_good_state_and_the_cure(inr, tmp_path: Path) -> None:
    words = ["optimizer=sgd", "optimizer.lr=1e9", "steps=400", "eval_every=5", *SMALL]
    said = inr("fit", *words, cwd=tmp_path, expect=7).stderr
    assert "optimizer.lr" in said
    assert "is kept" in said
    inr("render", "--size", "8", cwd=tmp_path)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["nothing"], 2, "there is no such run"),
        (["last", "lr=3"], 2, "steps"),
        (["last", "last"], 2, "one run or sweep"),
    ],
)
def test_what_cannot_be_resumed(words: list[str], code: int, told: str, inr, fitted: Path) -> None:
    said = inr("resume", *words, cwd=fitted, expect=code).stderr
    assert told in said
    assert len(said.splitlines()) == 1
