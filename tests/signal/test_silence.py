import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inr_cli.signal.silence import silence


def speak(where: str) -> None:
    logging.getLogger("tifffile").error("%s: a tag is wrong", where)
    os.write(2, f"{where}: a strip is wrong\n".encode())


def test_only_what_is_said_inside_is_lost(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    speak("before")
    with silence():
        speak("inside")
    speak("after")
    heard = capfd.readouterr().err + caplog.text
    assert "inside" not in heard
    assert [heard.count(where) >= 2 for where in ("before", "after")] == [True, True]


def test_an_error_ends_it_and_no_descriptor_is_left_open() -> None:
    before = list(Path("/dev/fd").iterdir())
    for _ in range(3):
        with pytest.raises(ValueError, match="damaged"), silence():
            raise ValueError("damaged")
    after = list(Path("/dev/fd").iterdir())
    assert len(after) == len(before)


def test_a_closed_stderr_stays_closed() -> None:
    code = "import os\nfrom inr_cli.signal.silence import silence\nos.close(2)\nwith silence():\n    print('read')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "read\n"
