"""Several processes that torchrun starts for one run, on this machine's loopback."""

from __future__ import annotations

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from inr_cli.engine.runs import read_json, runs

RUN = ("image=cat", "size=32", "device=cpu", "precision=float32", "batch_size=101", "eval_every=10")
SMALL = ("network.hidden_features=16", "encoding.count=16")
SECOND = {"RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}
FIRST = SECOND | {"RANK": "0", "LOCAL_RANK": "0"}


def torchrun(folder: Path, *words: str) -> subprocess.Popen[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = ["--master-addr=127.0.0.1", f"--master-port={free.getsockname()[1]}"]
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", *address, "-m", "inr_cli", *words]
    loopback = {**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=loopback, stdout=pipe, stderr=pipe, text=True)


def rows(run: Path) -> list[list[float]]:
    with (run / "metrics.csv").open() as lines:
        return [[float(row[name] or "nan") for name in ("step", "loss", "psnr")] for row in csv.DictReader(lines)]


def test_two_processes_make_the_run_of_one(inr: Callable[..., Any], tmp_path: Path) -> None:
    alone, several = tmp_path / "alone", tmp_path / "several"
    alone.mkdir()
    several.mkdir()
    with torchrun(several, "fit", "steps=30", *RUN, *SMALL) as process:
        inr("fit", "steps=30", *RUN, *SMALL, "threads=1", cwd=alone)
        stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0, stderr
    assert stdout.count("PSNR  ") == 1, "one panel"
    [one], [other] = runs(alone / "outputs"), runs(several / "outputs")
    assert rows(other) == [pytest.approx(row, rel=1e-5, nan_ok=True) for row in rows(one)]
    fields = [load_file(run / "checkpoints/step_000030.safetensors") for run in (one, other)]
    assert fields[0].keys() == fields[1].keys()
    for name, value in fields[0].items():
        assert abs(fields[1][name].astype(float) - value).max(initial=0) < 1e-5, name
    assert read_json(other / "summary.json")["processes"] == 2


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_torchrun_leaves_a_run_that_goes_on(
    number: signal.Signals, inr: Callable[..., Any], tmp_path: Path
) -> None:
    with torchrun(tmp_path, "fit", "steps=1000000", *RUN, *SMALL, "eval_every=50") as process:
        deadline = time.monotonic() + 200
        while not any(len(rows(run)) > 2 for run in tmp_path.rglob("*-cat-*") if (run / "metrics.csv").is_file()):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=100)
    assert process.returncode != 0
    [run] = runs(tmp_path / "outputs")
    state = read_json(run / "run.json")
    assert (state["status"], state["exit_code"]) == ("interrupted", 128 + number)
    said = [line for line in stderr.splitlines() if line.startswith("error:")]
    assert len(said) == 1
    assert f"stopped at step {state['step']} of 1000000, and saved; inr resume" in said[0]
    inr("resume", "last", f"steps={state['step'] + 5}", cwd=tmp_path)
    assert read_json(run / "summary.json")["steps"] == state["step"] + 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fit", "-m", "seed=1,2"), "-m: torchrun is for a single run"),
        (("ls",), "inr ls: torchrun is for a single run"),
        (("fit", "loss=ssim"), "loss=ssim: torchrun's processes see a share of the batch each; choose loss=mse"),
        (("fit", "device=cuda:0"), "device=cuda:0: torchrun's processes take one GPU each"),
        (("fit", "sede=1"), "sede=1: there is no option sede. Did you mean 'seed'?"),
    ],
)
def test_what_cannot_be_shared_is_refused_by_the_first_process_in_one_line(
    words: tuple[str, ...], said: str, inr: Callable[..., Any], tmp_path: Path
) -> None:
    first, second = (inr(*words, cwd=tmp_path, expect=2, **variables) for variables in (FIRST, SECOND))
    assert first.stderr.startswith(f"error: {said}")
    assert len(first.stderr.splitlines()) == 1
    assert second.stderr == ""
    assert not list(tmp_path.iterdir())


def test_a_sweep_does_not_go_on_under_torchrun(inr: Callable[..., Any], tmp_path: Path) -> None:
    inr("fit", "-m", "seed=1", "steps=1", *SMALL, cwd=tmp_path)
    said = inr("resume", "last", cwd=tmp_path, expect=2, **FIRST)
    assert "a sweep: torchrun is for a single run" in said.stderr
