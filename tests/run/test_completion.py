from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BASH = shutil.which("bash")


@pytest.mark.skipif(BASH is None, reason="no bash here")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("inr f", {"fit"}),
        ("inr fit enc", {"encoding.", "encoding="}),
        ("inr fit encoding=", {"gaussian", "identity", "positional"}),
        ("inr fit activation=sine encoding=ga", {"gaussian"}),
        ("inr fit image=cam", {"camera"}),
        ("inr render --cr", {"--crop"}),
        ("inr fit experiment=first", {"first_look/siren"}),
        ("inr ls enc", {"encodings"}),
        ("inr reproduce first", {"first_look/siren"}),
        ("inr tune tri", {"trials="}),
        ("inr tune trials=5 activation=si", {"silu", "sine"}),
    ],
)
def test_bash_completes_both_words(inr, tmp_path: Path, line: str, expected: set[str]) -> None:
    assert BASH is not None
    program = tmp_path / "inr"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m inr_cli "$@"\n')
    program.chmod(0o755)
    script = inr("completion", "bash", cwd=tmp_path).stdout
    script += '\nCOMP_LINE="$1" COMP_POINT=${#1}\n_inr\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(
        [BASH, "-c", script, "bash", line], env=environment, capture_output=True, text=True, check=True
    )
    assert expected <= set(done.stdout.split())
    assert all(word.startswith(line.rpartition(" ")[2].rpartition("=")[2]) for word in done.stdout.split())
