"""The tool starts a service and hooks into the end of its process: every test gives it a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import os, signal, sys
from pathlib import Path
from inr_cli.logger import loggers

def state():
    signals = {number: signal.getsignal(number) for number in signal.valid_signals()}
    return signals, sys.stdin, sys.stdout, sys.stderr, Path.cwd()

before = state()
folder, known = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
logger = loggers.make(loggers.spec({"name": "wandb"}))
called = logger.begin(folder, {"optimizer": {"lr": 0.5}}, known)
logger.row(0, {"psnr": 7.5})
logger.row(10, {"psnr": 8.25})
logger.end("done", {"psnr": 8.25})
assert state() == before
assert "torch" not in sys.modules
print(called)
"""


def told(folder: Path, *words: str, under: tuple[str, ...] = (), **variables: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("WANDB_")}
    command = [*under, sys.executable, "-c", ASK, str(folder), *words]
    environment = {**known, "HOME": str(folder.parent), **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_offline_it_says_nothing_moves_nothing_and_keeps_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    first = told(folder)
    assert (first.returncode, first.stderr) == (0, "")
    again = told(folder, first.stdout.strip())
    assert (again.stdout, again.stderr) == (first.stdout, "")
    names = {path.name.rpartition("-")[2] for path in folder.glob("wandb/offline-run-*-*")}
    assert names == {first.stdout.strip()}
    outside = {path.name for path in tmp_path.iterdir()} - {"run", ".config", ".cache", ".local"}
    assert not outside


def test_nothing_goes_onto_the_network(tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("only strace sees every connection")
    trace = tmp_path / "trace"
    asked = told(tmp_path, under=("strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace)))
    if asked.returncode and "strace" in asked.stderr:
        pytest.skip("this machine lets nobody trace")
    assert asked.returncode == 0, asked.stderr
    assert "AF_UNIX" in trace.read_text(), "its own service was met"
    assert not re.findall(r".*AF_INET.*", trace.read_text())


def test_online_without_a_key_is_refused_and_asks_nobody(tmp_path: Path) -> None:
    asked = told(tmp_path, WANDB_MODE="online")
    assert asked.returncode == 1
    said = "logger=wandb: WANDB_MODE=online needs a key: wandb login, or set WANDB_API_KEY."
    assert asked.stderr.splitlines()[-1].endswith(said)
    assert not (tmp_path / "wandb").exists()


def test_its_own_variable_can_switch_it_off(tmp_path: Path) -> None:
    assert told(tmp_path, WANDB_MODE="disabled").returncode == 0
    assert not (tmp_path / "wandb").exists()
