"""`inr bench render`: how fast fields become pictures."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from inr_cli.bench.cases import FIELDS
from inr_cli.bench.choices import configuration
from inr_cli.bench.operations import operations
from inr_cli.bench.speed import peak
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.render.field import Field
from inr_cli.render.view import view

HEADER = ("case", "seconds", "megapixels/s", "GFLOP/s", "of the peak")


@dataclass(frozen=True)
class Row:
    """Seconds of a render, colours in memory, the median over the rounds."""

    case: str
    command: str
    seconds: float
    megapixels_per_second: float
    gflops: float
    peak_gflops: float
    peak_share: float

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        figures = f"{self.seconds:.2f}", f"{self.megapixels_per_second:.2f}", f"{self.gflops:.0f}"
        return [f"`{self.case}`", *figures, f"{self.peak_share:.0%}"]


def measure(names: Sequence[str], sides: Sequence[int], rounds: int) -> Iterator[Row]:
    """A row for every field and size, by the machine's own product of matrices as it was before each render."""
    for name in names:
        config = check(configuration("image=cat", "network.hidden_layers=3", *FIELDS[name].words))
        machine = find_machine(config)
        with using(machine):
            field = Training(config, open_picture(config), machine, steps=1).field
            each = _operations(field)
            for side in sides:
                peaks, seconds = [], []
                for _ in range(rounds):
                    peaks.append(peak("float32"))
                    seconds.append(_render(field, side))
                gflops = each * side * side / 1e9 / median(seconds)
                yield Row(
                    case=f"{name}-{side}",
                    command=f"inr bench render {name} --size {side} --rounds {rounds}",
                    seconds=median(seconds),
                    megapixels_per_second=side * side / 1e6 / median(seconds),
                    gflops=gflops,
                    peak_gflops=median(peaks),
                    peak_share=gflops / median(peaks),
                )


def _render(field: Field, side: int) -> float:
    seen = view(field.geometry.height, field.geometry.width, size=f"{side}x{side}")
    started = time.perf_counter()
    for _ in field.sample(seen):
        pass
    return time.perf_counter() - started


def _operations(field: Field) -> float:
    """Of the products of one pixel."""
    side = 64
    return operations(lambda: _render(field, side)) / side**2
