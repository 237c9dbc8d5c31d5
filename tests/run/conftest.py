from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

Inr = Callable[..., subprocess.CompletedProcess[str]]

SMALL = ("network.hidden_features=16", "encoding.count=16", "threads=1")


@pytest.fixture(scope="session")
def zygote() -> Iterator[subprocess.Popen[str]]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).with_name("zygote.py"))]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env={**os.environ, **one_thread}, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.kill()


@pytest.fixture(scope="session")
def inr(zygote: subprocess.Popen[str], tmp_path_factory: pytest.TempPathFactory) -> Inr:
    """The real program in a process of its own, run from a folder of the test's choice."""
    said = tmp_path_factory.mktemp("said")

    def forked(words: Sequence[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        assert zygote.stdin is not None
        assert zygote.stdout is not None
        places = {name: str(said / f"{name}-{secrets.token_hex(8)}") for name in ("stdout", "stderr")}
        asked = {"words": words, "cwd": str(cwd), "environment": environment, **places}
        print(json.dumps(asked), file=zygote.stdin, flush=True)
        code = int(zygote.stdout.readline())
        return subprocess.CompletedProcess(words, code, *(Path(place).read_text() for place in places.values()))

    def started(words: Sequence[str], cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "inr_cli", *words]
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    def run(*words: str, cwd: Path, expect: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
        begin = started if "PYTHONPATH" in variables else forked  # Python looks at that one only when it starts
        done = begin(words, cwd, environment)
        assert done.returncode == expect, f"inr {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def fitted(inr: Inr, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one small run, on a picture wider than high, has been made. Tests only read it."""
    folder = tmp_path_factory.mktemp("fitted")
    inr("fit", "image=cat", "size=48", "steps=30", "render_every=10", "save_every=20", *SMALL, cwd=folder)
    return folder
