import signal
import subprocess
import sys

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
