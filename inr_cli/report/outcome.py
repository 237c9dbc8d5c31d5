"""The figures of one run, read from its folder, and those derived from its curve."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from inr_cli.config.experiment import At
from inr_cli.engine.log import METRICS, read_rows
from inr_cli.engine.runs import read_json
from inr_cli.signal.metrics import decibels

Status = Literal["done", "diverged", "failed", "not run"]
REACHED = re.compile(r"(seconds|steps)_to_(\d+)(?:_of_(\w+))?")
"""`seconds_to_25`: when the PSNR was first measured to be 25 dB or more; `steps_to_20_of_psnr_test`: that column."""
ACCUMULATED = "psnr_accumulated"
"""The PSNR of a metric that is never reset between two measurements."""
SOURCE = {ACCUMULATED: "psnr"}
"""The measured column that a derived one is made of."""


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `rows` are those of `metrics.csv`."""

    status: Status
    reason: str
    summary: dict[str, Any]
    rows: tuple[dict[str, float], ...]

    @classmethod
    def of(cls, folder: Path, status: Status = "done", reason: str = "") -> Outcome:
        """What the folder holds."""
        return cls(status, reason, read_json(folder / "summary.json"), tuple(read_rows(folder / METRICS)))

    def steps(self, name: str) -> list[float]:
        """After how many steps a column was measured."""
        return [row["step"] for row in self.rows if SOURCE.get(name, name) in row]

    def curve(self, name: str) -> list[float]:
        """A column's values, where it was measured."""
        if name == ACCUMULATED:
            return accumulated(self.curve("psnr"))
        return [row[name] for row in self.rows if name in row]

    def figure(self, name: str, at: At = "end") -> float | None:
        """The value at the end of the run, or its curve's first or highest; None if there is none."""
        curve = self.curve(name)
        if reached := REACHED.fullmatch(name):
            return self._first(reached[1].replace("steps", "step"), float(reached[2]), reached[3] or "psnr")
        final = self.summary.get(name, curve[-1] if curve else None)
        if at == "end":
            return float(final) if isinstance(final, int | float) else None
        return {"start": curve[0], "best": max(curve)}[at] if curve else None

    def _first(self, column: str, level: float, of: str) -> float | None:
        return next((row[column] for row in self.rows if row.get(of, -math.inf) >= level), None)


WAITING = Outcome("not run", "not reached", {}, ())
"""Of a run whose turn has not come yet, or that was interrupted."""


def accumulated(curve: Sequence[float]) -> list[float]:
    """A PSNR that is never reset: after every measurement that of the mean error of all measurements so far, in dB."""
    errors = [10 ** (-psnr / 10) for psnr in curve]
    return [decibels(sum(errors[:count]) / count) for count in range(1, len(errors) + 1)]
