"""What a run says while it goes on: a row of numbers per measurement, and a bar for the person watching."""

from __future__ import annotations

import csv
import errno
import hashlib
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from inr_cli.config.errors import CheckpointError
from inr_cli.signal.write import writing


class Mark(NamedTuple):
    """How long a file is in bytes, and the sha256 of so much of it."""

    length: int
    sha256: str


METRICS = "metrics.csv"
COLUMNS = ("step", "seconds", "lr", "loss", "psnr", "ssim")


class MetricsLog:
    """`metrics.csv`: whole rows only, each written in one piece; an empty cell is a number that was not computed.

    Whoever is to `hear` of the rows is told each once it is written.
    """

    def __init__(
        self,
        path: Path,
        more: Sequence[str] = (),
        hear: Callable[[Mapping[str, float | None]], None] = lambda row: None,
    ) -> None:
        self.path = path
        self.columns = (*COLUMNS, *more)
        self.hear = hear
        self._started = time.perf_counter()
        self._digest, self._length = hashlib.sha256(), 0

    @property
    def seconds(self) -> float:
        """How long the run has taken so far, over all its attempts."""
        return time.perf_counter() - self._started

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside, no time passes for the run."""
        before = self.seconds
        yield
        self._started = time.perf_counter() - before

    def begin(self) -> None:
        """Start anew, with the names of the columns. Raises `OutputError`."""
        with writing(self.path):
            self.path.unlink(missing_ok=True)
        self._digest, self._length = hashlib.sha256(), 0
        self._write(",".join(self.columns))

    def go_on(self, seconds: float, mark: Mark) -> None:
        """Continue a run that had taken so long when it left that mark. Raises as `cut` does."""
        self._started = time.perf_counter() - seconds
        self.cut(mark)

    def row(self, **values: float | None) -> None:
        """Append a row; `seconds` are filled in here. Raises `OutputError`."""
        values["seconds"] = round(self.seconds, 3)
        cells = (values.get(column) for column in self.columns)
        self._write(",".join("" if cell is None else f"{cell:.10g}" for cell in cells))
        self.hear(values)

    def mark(self) -> Mark:
        """Where the rows end now."""
        return Mark(self._length, self._digest.hexdigest())

    def sync(self) -> None:
        """Wait until all rows are safely on the disk. Raises `OutputError`."""
        with writing(self.path), self.path.open("rb+") as file:
            os.fsync(file.fileno())

    def cut(self, mark: Mark) -> None:
        """Forget all rows behind a mark. Raises `CheckpointError` if those before it are not the same any more."""
        if not self.path.is_file():
            raise CheckpointError(f"{self.path}: gone since the checkpoint was saved; start the run anew.")
        with writing(self.path), self.path.open("rb+") as file:
            data = file.read()[: mark.length]
            if hashlib.sha256(data).hexdigest() != mark.sha256:
                raise CheckpointError(f"{self.path}: changed since the checkpoint was saved; start the run anew.")
            file.truncate(mark.length)
        self._digest, self._length = hashlib.sha256(data), mark.length

    def _write(self, line: str) -> None:
        data = f"{line}\n".encode()
        with writing(self.path, len(data)):
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                if os.write(handle, data) < len(data):
                    os.ftruncate(handle, self._length)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(handle)
        self._digest.update(data)
        self._length += len(data)


def read_rows(file: Path) -> list[dict[str, float]]:
    """What `metrics.csv` holds, row by row; a number that is not finite was not measured. Empty without such a file."""
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = [{name: float(cell) for name, cell in row.items() if cell} for row in csv.DictReader(lines)]
            return [{name: value for name, value in row.items() if math.isfinite(value)} for row in rows]
    except (OSError, ValueError):  # the run ended before its first measurement
        return []


def largest_fall(curve: Sequence[float]) -> float:
    """How far a curve falls below the best it had reached before, at most."""
    highest, fall = -math.inf, 0.0
    for value in curve:
        highest = max(highest, value)
        fall = max(fall, highest - value)
    return fall


def tell(line: str) -> None:
    """Say something to the person who watches, above the bar."""
    tqdm.write(line, file=sys.stderr)


def progress_bar(steps: int, title: str, start: int = 0) -> tqdm[Any]:
    """Step, time left, PSNR and loss on one line; silent where no person is watching."""
    return tqdm(
        total=steps,
        initial=start,
        desc=title,
        unit="step",
        disable=None,
        mininterval=0.2,
        dynamic_ncols=True,
        leave=True,
    )
