"""A polite end: the first Ctrl-C or SIGTERM lets the step be finished and saved, the second ends the program."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody asked for an end; `number` is the signal's, None as long as nobody did."""

    def __init__(self) -> None:
        self.number: int | None = None

    def ask(self, number: int, frame: FrameType | None = None) -> None:
        """The signals' handler."""
        if self.number is not None:
            os._exit(128 + number)  # whoever asks twice does not want to wait
        self.number = number


@contextmanager
def stopping() -> Iterator[Stop]:
    """Inside, the two signals only ask. Outside the main thread, where Python has no handlers, nothing changes."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.ask) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
