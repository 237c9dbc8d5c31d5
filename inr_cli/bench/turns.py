"""Two processes that train by turns: neither has the memory, the caches or the settings of the other."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol

PATIENCE = 10.0
"""Seconds that a process has to end by itself."""
Build = Callable[..., "Contender"]


class Contender(Protocol):
    """What is measured: it takes steps, and says how well it did."""

    def steps(self, start: int, count: int) -> None:
        """Take `count` steps from step `start` on, to their end on the device."""

    def figures(self) -> dict[str, float]:
        """What came of it."""


class Process:
    """A contender in a process of its own."""

    def __init__(self, build: Build, *args: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, build, args), daemon=True)
        self.process.start()
        theirs.close()

    def steps(self, start: int, count: int) -> float:
        """How many seconds it took."""
        return float(self._ask("steps", start, count))

    def figures(self) -> dict[str, float]:
        """What came of it."""
        found: dict[str, float] = self._ask("figures")
        return found

    def _ask(self, *question: Any) -> Any:
        self.connection.send(question)
        return self.connection.recv()


@contextmanager
def processes(*contenders: tuple[Any, ...]) -> Iterator[list[Process]]:
    """A process for each (build, arguments), ended with the block."""
    running = [Process(*contender) for contender in contenders]
    try:
        yield running
    finally:
        for one in running:
            one.connection.close()  # which ends it
        for one in running:
            one.process.join(PATIENCE)
            one.process.kill()
            one.process.join()


def _serve(connection: Connection, build: Build, args: tuple[Any, ...]) -> None:
    contender = build(*args)
    with suppress(EOFError):  # nobody asks any more
        while True:
            match connection.recv():
                case "steps", start, count:
                    started = time.perf_counter()
                    contender.steps(start, count)
                    connection.send(time.perf_counter() - started)
                case ("figures",):
                    connection.send(contender.figures())
