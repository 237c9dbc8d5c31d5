"""Loggers and the bar of a sweep, as the real command line has them."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from wandb.proto.wandb_internal_pb2 import Record

SMALL = ("image=cat", "size=16", "network.hidden_features=8", "encoding.count=8", "threads=1", "precision=float32")
SHORT = (*SMALL, "steps=20", "eval_every=5", "render_every=10")
ENDLESS = (*SMALL, "steps=10000000", "eval_every=200")
WAIT = 120.0  # seconds, for a machine that is busy
BLOCK, HEAD, MAGIC = 32_768, 7, 7
FULL, LAST = 1, 4


def only_run(folder: Path) -> Path:
    [run] = folder.glob("outputs/????-??-??/*")
    return run


def rows(run: Path) -> list[dict[str, float]]:
    with (run / "metrics.csv").open(newline="") as file:
        return [{name: float(cell) for name, cell in row.items() if cell} for row in csv.DictReader(file)]


def records(file: Path) -> Iterator[Any]:
    """What a .wandb file holds: pieces behind a sum, a length and a kind, none of which spans two blocks."""
    data, whole, at = file.read_bytes(), b"", MAGIC
    while at + HEAD <= len(data):
        length, kind = struct.unpack_from("<HB", data, at + 4)
        if BLOCK - at % BLOCK < HEAD or kind == 0:
            at += BLOCK - at % BLOCK
            continue
        whole += data[at + HEAD : at + HEAD + length]
        at += HEAD + length
        if kind in (FULL, LAST):
            yield Record.FromString(whole)
            whole = b""


def histories(run: Path) -> list[dict[int, dict[str, Any]]]:
    """For each time that the run went on: step -> what Weights & Biases was told then."""
    files = sorted(run.glob("wandb/offline-run-*/*.wandb"))
    found = []
    for file in files:
        items = [record.history.item for record in records(file) if record.HasField("history")]
        tables = [{".".join(item.nested_key) or item.key: json.loads(item.value_json) for item in row} for row in items]
        found.append({table["_step"]: table for table in tables})
    return found


def assert_told(run: Path) -> None:
    """The newest telling is what `metrics.csv` says, row by row."""
    told = histories(run)[-1]
    expected = {int(row["step"]): row for row in rows(run)}
    assert told.keys() == expected.keys()
    for step, row in expected.items():
        assert {name: told[step][name] for name in row if name != "step"} == pytest.approx(
            {name: value for name, value in row.items() if name != "step"}, rel=1e-9
        )


@contextmanager
def started(folder: Path, *words: str, **streams: Any) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "inr_cli", *words]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    process = subprocess.Popen(command, cwd=folder, env=environment, text=True, start_new_session=True, **piped)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def services(process: int) -> list[int]:
    """The processes that serve that one, by their command lines."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if b"--pid" in words and words[words.index(b"--pid") + 1] == str(process).encode():
            found.append(int(place.name))
    return found


def wait_until(holds: Any) -> None:
    deadline = time.monotonic() + WAIT
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_rows(folder: Path, count: int) -> bool:
    return any(len(file.read_text().splitlines()) > count for file in folder.glob("outputs/*/*/metrics.csv"))


def test_without_a_logger_none_is_imported(tmp_path: Path) -> None:
    code = f"""
import sys
from inr_cli.cli.main import main
try:
    main({["fit", *SMALL, "steps=2"]!r})
except SystemExit as done:
    print(done.code, sorted({{"tensorboard", "wandb", "mlflow", "torch.utils.tensorboard"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"
    assert "logged" not in json.loads((only_run(tmp_path) / "run.json").read_text())


def test_a_run_has_the_same_bits_with_every_logger_and_goes_on_with_another(inr, tmp_path: Path) -> None:
    runs = {}
    for name in ("csv", "tensorboard", "wandb"):
        (tmp_path / name).mkdir()
        said = inr("fit", *SHORT, f"logger={name}", cwd=tmp_path / name)
        assert said.stderr == ""
        runs[name] = only_run(tmp_path / name)
    weights = [load_file(run / "checkpoints/step_000020.safetensors") for run in runs.values()]
    assert all(weight.keys() == weights[0].keys() for weight in weights)
    assert all(weight[name].equal(weights[0][name]) for weight in weights for name in weight)
    curves = [[row.get("psnr") for row in rows(run)] for run in runs.values()]
    assert curves[0] == curves[1] == curves[2]
    assert_told(runs["wandb"])
    pictures = {table["_step"] for table in histories(runs["wandb"])[0].values() if "render.path" in table}
    assert pictures == {10, 20}

    (tmp_path / "csv").rename(tmp_path / "moved")
    inr("resume", "last", "steps=30", "logger=tensorboard", cwd=tmp_path / "moved")
    board = EventAccumulator(str(only_run(tmp_path / "moved") / "tensorboard"))
    board.Reload()
    moved = rows(only_run(tmp_path / "moved"))
    assert [event.step for event in board.Scalars("psnr")] == [row["step"] for row in moved]
    assert moved[-1]["step"] == 30


def test_asked_to_end_it_saves_ends_its_service_and_goes_on_under_the_same_name(inr, tmp_path: Path) -> None:
    with started(tmp_path, "fit", *ENDLESS, "logger=wandb") as process:
        wait_until(lambda: has_rows(tmp_path, 3))
        assert services(process.pid)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal's Ctrl-C: the service hears it, too
        _, said = process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert re.fullmatch(r"error: stopped at step \d+ .* goes on\.\n", said)
    wait_until(lambda: not services(process.pid))
    run = only_run(tmp_path)
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    assert_told(run)
    step = json.loads((run / "run.json").read_text())["step"]
    inr("resume", "last", f"steps={step + 5}", cwd=tmp_path)
    assert_told(run)
    assert len(histories(run)) == 2
    assert len({folder.name.rpartition("-")[2] for folder in run.glob("wandb/offline-run-*")}) == 1


def test_a_service_that_is_killed_does_not_end_the_run(tmp_path: Path) -> None:
    with started(tmp_path, "fit", *ENDLESS, "logger=wandb") as process:
        wait_until(lambda: has_rows(tmp_path, 2))
        [service] = services(process.pid)
        os.kill(service, signal.SIGKILL)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("logger=wandb: ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert json.loads((only_run(tmp_path) / "run.json").read_text())["status"] == "interrupted"


def test_the_jobs_of_a_sweep_have_a_logger_each(inr, tmp_path: Path) -> None:
    inr("fit", "-m", "logger=tensorboard,wandb", "jobs=2", *SHORT, cwd=tmp_path)
    board, wandb = sorted(tmp_path.glob("outputs/sweeps/*/*/0*"))
    assert list(board.glob("tensorboard/*"))
    assert_told(wandb)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("fit", "logger=wandbb"),
            "error: logger=wandbb: there is no such logger; choose csv, mlflow, ",
        ),
        (("fit", "-m", "seed=1,2", "logger=tensorbord"), "error: logger=tensorbord: "),
    ],
)
def test_a_logger_that_is_none_is_refused(words: tuple[str, ...], said: str, inr, tmp_path: Path) -> None:
    [line] = inr(*words, cwd=tmp_path, expect=2).stderr.splitlines()
    assert line.startswith(said)
    assert not list(tmp_path.iterdir())


def test_a_person_sees_how_the_jobs_get_on_and_at_once_which_failed(tmp_path: Path) -> None:
    here, there = pty.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    words = ("optimizer=sgd", "optimizer.lr=1e9,0.1", *ENDLESS)
    seen = b""
    with started(tmp_path, "fit", "-m", *words, stderr=there, stdout=subprocess.DEVNULL) as process:
        os.close(there)
        while not (re.search(rb"001 \d+\.\d dB", seen) and b"log.txt)" in seen):
            seen += os.read(here, 4096)
        process.send_signal(signal.SIGINT)
        while process.poll() is None:
            try:
                seen += os.read(here, 4096)
            except OSError:  # what a terminal says once nobody is there any more
                break
        assert process.wait(WAIT) == 130
    failed, shown = (seen.index(text) for text in (b"000-cat-gaussian: diverged", b"1 failed, 001 "))
    assert failed < shown
    assert seen.count(b"000-cat-gaussian: diverged") == 1


def test_without_a_person_a_failure_is_said_once_and_there_is_no_bar(inr, tmp_path: Path) -> None:
    words = ("optimizer=sgd", "optimizer.lr=1e9,0.1", "eval_every=1", *SMALL, "steps=20")
    said = inr("fit", "-m", *words, cwd=tmp_path, expect=10).stderr.splitlines()
    assert len(said) == 3
    assert said[0].startswith("2 jobs in ")
    assert re.fullmatch(r"000-cat-gaussian: diverged by .* \(outputs/sweeps/.*/000-cat-gaussian/log\.txt\)", said[1])
    assert said[2].startswith("error: 1 of 2 jobs did not finish: 000-cat-gaussian; ")
