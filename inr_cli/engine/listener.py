"""Tells a run's logger what the run's own files hold, and goes on without a logger that fails."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from textwrap import shorten

from inr_cli.config.errors import ConfigError, UserError
from inr_cli.config.root import RunConfig, plain
from inr_cli.engine.log import METRICS, read_rows, tell
from inr_cli.engine.runs import read_json, set_status
from inr_cli.logger import Logger, loggers

LONGEST = 300
"""Letters of what a tool may say of its troubles."""


class Listener:
    """The logger of one run. Made before the run has a folder: raises `ConfigError` where a package is missing."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        self._waiting = loggers.make(config.logger)
        self._logger: Logger | None = None

    @contextmanager
    def until_the_end(self, folder: Path) -> Iterator[None]:
        """Inside, the run in this folder begins and comes to its end, of which the logger is then told."""
        undo = _bear_broken_pipes()
        try:
            yield
        finally:
            status, summary = read_json(folder / "run.json").get("status"), read_json(folder / "summary.json")
            self._tell(lambda logger: logger.end(str(status), summary))
            if self._logger is not None:  # else what is left of it may still try, until the process ends
                undo()

    def begin(self, folder: Path, config: RunConfig, step: int) -> None:
        """Begin, and repeat what the run's files hold up to that step. Raises `ConfigError` if it cannot begin."""
        known = read_json(folder / "run.json").get("logged", {})
        name = config.logger.name
        try:
            called = self._waiting.begin(folder.resolve(), plain(config), known.get(name))
        except UserError:
            raise
        except Exception as error:
            raise ConfigError(f"logger={name}: cannot begin: {_line(error)}; choose logger=csv.") from error
        self._logger = self._waiting
        if called is not None:
            set_status(folder, logged={**known, name: called})
        self._repeat(folder, step)

    def _repeat(self, folder: Path, step: int) -> None:
        rows = {int(row["step"]): row for row in read_rows(folder / METRICS)}
        pictures = {int(file.stem.removeprefix("step_")): file for file in (folder / "renders").glob("step_*.png")}
        for told in sorted(told for told in rows.keys() | pictures.keys() if told <= step):
            if told in rows:
                self.row(rows[told])
            if told in pictures:
                self.picture(told, pictures[told])

    def row(self, values: Mapping[str, float | None]) -> None:
        """A row of measurements; one with a number that is not finite ends the run, or is taken back by it."""
        measured = {name: value for name, value in values.items() if value is not None}
        step = int(measured.pop("step"))
        if all(map(math.isfinite, measured.values())):
            self._tell(lambda logger: logger.row(step, measured))

    def picture(self, step: int, file: Path) -> None:
        """A picture of the field, a PNG file."""
        self._tell(lambda logger: logger.picture(step, file))

    def _tell(self, what: Callable[[Logger], None]) -> None:
        """Tell it, if it still listens: the disk or the network may fail it, which is no reason to lose a run."""
        if self._logger is None:
            return
        try:
            what(self._logger)
        except Exception as error:
            self._logger = None
            tell(f"logger={self.config.logger.name}: {_line(error)}; it is told no more, metrics.csv has all.")


def _bear_broken_pipes() -> Callable[[], object]:
    """Where the other end of a tool's connection has died, an error is raised, and the program not ended; undoes it."""
    if not hasattr(signal, "SIGPIPE") or threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    return partial(signal.signal, signal.SIGPIPE, before)


def _line(error: Exception) -> str:
    """What went wrong, on one line."""
    return shorten(str(error) or type(error).__name__, LONGEST, placeholder="...").rstrip(".")
