"""What a run says while it goes on: a row of numbers per measurement, and a bar for the person watching."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from inr_cli.config.errors import OutputError

COLUMNS = ("step", "seconds", "lr", "loss", "psnr", "ssim")


class MetricsLog:
    """`metrics.csv`: whole rows only, each written in one piece; an empty cell is a number that was not computed."""

    def __init__(self, path: Path, more: Sequence[str] = ()) -> None:
        self.path = path
        self.columns = (*COLUMNS, *more)
        self._started = time.perf_counter()
        self._write(",".join(self.columns))

    def row(self, **values: float | None) -> None:
        """Append a row; `seconds` since the start are filled in here. Raises `OutputError`."""
        values["seconds"] = round(time.perf_counter() - self._started, 3)
        cells = (values.get(column) for column in self.columns)
        self._write(",".join("" if cell is None else f"{cell:.10g}" for cell in cells))

    def _write(self, line: str) -> None:
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                os.write(handle, f"{line}\n".encode())
            finally:
                os.close(handle)
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}.") from None


def progress_bar(steps: int, title: str) -> tqdm[Any]:
    """Step, time left, PSNR and loss on one line; silent where no person is watching."""
    return tqdm(total=steps, desc=title, unit="step", disable=None, mininterval=0.2, dynamic_ncols=True, leave=True)
