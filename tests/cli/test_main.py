import errno
import io
import os
import signal
import subprocess
import sys

import pytest

from inr_cli.cli import main

LOST = """
import signal, time, weakref
from inr_cli.cli import main
from inr_cli.config.errors import Stopped

class Thing:
    pass

main._prepare_streams()
thing = Thing()
seen = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
try:
    del thing  # Python drops what is raised in such a callback; the import system has them
    print("lost", flush=True)
    time.sleep(60)
except Stopped as stopped:
    print(stopped.code)
"""


def test_an_end_that_was_asked_for_where_exceptions_are_dropped_is_asked_for_again() -> None:
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["lost", str(128 + signal.SIGTERM)]
    assert not done.stderr


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("stdout", "error", "said"),
    [
        (Full(), OSError(errno.ENOSPC, "No space left on device"), "standard output: No space left on device."),
        (io.StringIO(), BrokenPipeError(errno.EPIPE, "Broken pipe"), "standard output: Broken pipe."),
        (io.StringIO(), OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)), f"the system: {os.strerror(errno.EAGAIN)}."),
        (io.StringIO(), OSError(errno.ENOSPC, "No space left on device", "a.png"), "a.png: No space left on device."),
        (io.StringIO(), OSError("no such thing"), "the system: no such thing."),
    ],
)
def test_who_refused_is_named(
    stdout: io.StringIO, error: OSError, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(main.program, "make_context", refuse)
    monkeypatch.setattr(sys, "stdout", stdout)
    assert main._run(["ls"], debug=False) == 4
    assert capsys.readouterr().err == f"error: {said}\n"
