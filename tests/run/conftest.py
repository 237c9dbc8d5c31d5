from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Inr = Callable[..., subprocess.CompletedProcess[str]]

SMALL = ("network.hidden_features=16", "encoding.count=16", "threads=1")


@pytest.fixture(scope="session")
def inr() -> Inr:
    """The real program in a process of its own, run from a folder of the test's choice."""

    def run(*words: str, cwd: Path, expect: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
        done = subprocess.run(
            [sys.executable, "-m", "inr_cli", *words],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == expect, f"inr {' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def fitted(inr: Inr, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one small run, on a picture wider than high, has been made. Tests only read it."""
    folder = tmp_path_factory.mktemp("fitted")
    inr("fit", "image=cat", "size=48", "steps=30", "render_every=10", "save_every=20", *SMALL, cwd=folder)
    return folder
