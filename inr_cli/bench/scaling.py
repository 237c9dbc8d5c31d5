"""`inr bench scaling`: what larger pictures and wider networks cost, in time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from inr_cli.bench.contenders import Ours
from inr_cli.bench.turns import processes
from inr_cli.config.errors import ConfigError

HEADER = ("picture", "width", "ms a step", "pixels/s", "memory of `inr fit`, MiB")
UNIT = "milliseconds of a step"
SIDES = (128, 256, 512, 1024, 2048, 4096)
WIDTHS = (32, 64, 128, 256, 512)
BATCH = 8192
FIELD = ("encoding=gaussian", "activation=relu", "network.hidden_layers=3")


class Case(NamedTuple):
    """A picture's side in pixels and a network's width."""

    side: int
    width: int


CASES = (*(Case(side, 256) for side in SIDES), *(Case(512, width) for width in WIDTHS if width != 256))


@dataclass(frozen=True)
class Row:
    """Milliseconds of a step, the median over turns; the most memory that a whole run took, with its figures."""

    case: str
    command: str
    side: int
    width: int
    ms: float
    pixels_per_second: float
    mebibytes: float

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        sides = f"{self.side} x {self.side}", str(self.width)
        return [*sides, f"{self.ms:.1f}", f"{self.pixels_per_second:,.0f}", f"{self.mebibytes:,.0f}"]

    def points(self) -> dict[str, float | None]:
        """As a row of the plot."""
        return {"ours": self.ms}


def chosen(sides: Sequence[int]) -> list[Case]:
    """The cases with pictures of these sides, all for none. Raises `ConfigError` for a side that none has."""
    for side in sides:
        if side not in SIDES:
            raise ConfigError(f"--size {side}: it is not measured; choose {', '.join(map(str, SIDES))}.")
    return [case for case in CASES if case.side in (sides or SIDES)]


def measure(cases: Sequence[Case], steps: int, rounds: int) -> Iterator[Row]:
    """A row for every case: colour noise of that size, batches of `BATCH` pixels."""
    for case in cases:
        words = words_of(case)
        with processes((Ours, words, (rounds + 1) * steps)) as (ours,):
            seconds = [ours.steps(number * steps, steps) / steps for number in range(rounds + 1)][1:]
        fit = ("fit", *words, f"steps={steps}")
        yield Row(
            case=f"{case.width}-wide-{case.side}",
            command=" ".join(("inr", *fit)),
            side=case.side,
            width=case.width,
            ms=1000 * median(seconds),
            pixels_per_second=min(BATCH, case.side**2) / median(seconds),
            mebibytes=_memory_in_a_new_folder(fit),
        )


def words_of(case: Case) -> tuple[str, ...]:
    """What one would type for it."""
    picture = ("dataset=synthetic", "image=band_limited_noise", "size=null")
    sides = (f"dataset.width={case.side}", f"dataset.height={case.side}")
    return (*picture, *sides, *FIELD, f"network.hidden_features={case.width}", f"batch_size={BATCH}")


def _memory_in_a_new_folder(words: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return memory_of(words, Path(folder))


def memory_of(words: Sequence[str], folder: Path) -> float:
    """The most mebibytes resident while `inr` ran with these words in that folder. Raises `RuntimeError`."""
    command = [sys.executable, "-m", "inr_cli", *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"inr {' '.join(words)} ended with {process.returncode}")
    return used.ru_maxrss / (1024 if sys.platform != "darwin" else 2**20)
