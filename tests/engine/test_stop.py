import os
import signal
import subprocess
import sys
import threading

import pytest

from inr_cli.engine.stop import SIGNALS, stopping


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_only_asks(number: int) -> None:
    before = [signal.getsignal(one) for one in SIGNALS]
    with stopping() as stop:
        assert stop.number is None
        os.kill(os.getpid(), number)
        assert stop.number == number
    assert [signal.getsignal(one) for one in SIGNALS] == before


@pytest.mark.parametrize("number", SIGNALS)
def test_the_second_ends_the_program_at_once(number: int) -> None:
    script = f"""
import os, time
from inr_cli.engine.stop import stopping
with stopping():
    os.kill(os.getpid(), {int(number)})
    os.kill(os.getpid(), {int(number)})
    time.sleep(60)
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=50).returncode == 128 + number


def test_in_another_thread_nothing_changes() -> None:
    found: list[object] = []

    def look() -> None:
        with stopping() as stop:
            found.append(stop.number)

    before = [signal.getsignal(one) for one in SIGNALS]
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [None]
    assert [signal.getsignal(one) for one in SIGNALS] == before
