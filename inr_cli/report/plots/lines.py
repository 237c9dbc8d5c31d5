"""Final figures over a number that was varied, a line for each name."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from inr_cli.report.plots.figure import COLOURS, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PARTED = re.compile(r"(?P<name>.+?)(?:_| (?:\S+\.)?(?P<key>\w+)=)(?P<number>\d+(?:\.\d+)?)$")
"""`lattice_4` and `lattice encoding.limit=4`: a name and a number."""
FEWEST = 3
"""Numbers that make a line."""
APART = 0.05
"""Of the axis, the least distance between two numbers that it names."""
HEIGHT = 4.0
"""Inches."""


class Lines(NamedTuple):
    """Of every name the label of each number, numbers in their order, and what the numbers are of."""

    key: str
    labels: Mapping[str, Mapping[float, str]]


def lines_of(labels: Sequence[str]) -> Lines | None:
    """The labels as a few names, each at several numbers; None if they are something else."""
    parted = [PARTED.fullmatch(label) for label in labels]
    found: dict[str, dict[float, str]] = {}
    keys = {part["key"] or "N" for part in parted if part}
    for part in filter(None, parted):
        found.setdefault(part["name"], {})[float(part["number"])] = part[0]
    if None in parted or len(keys) != 1 or not 2 <= len(found) <= len(COLOURS):
        return None
    if any(len(numbers) < FEWEST for numbers in found.values()):
        return None
    return Lines(keys.pop(), {name: dict(sorted(numbers.items())) for name, numbers in found.items()})


def lines(drawn: Lines, finals: Mapping[str, float], title: str, spread: Mapping[str, float] | None = None) -> bytes:
    """A PNG; numbers above 0 stand by their logarithm. `spread` is half the height of a label's error bar."""
    ticks = sorted({number for numbers in drawn.labels.values() for number in numbers})

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for colour, (name, numbers) in zip(COLOURS, drawn.labels.items(), strict=False):
            values = [finals.get(label, math.nan) for label in numbers.values()]
            bars = [(spread or {}).get(label, 0.0) for label in numbers.values()]
            axes.errorbar(
                list(numbers), values, bars if any(bars) else None, fmt="o-", color=colour, label=name or None
            )
        if ticks[0] > 0:
            axes.set_xscale("log", base=2)
        named = apart(ticks)
        axes.set_xticks(named, [f"{number:g}" for number in named])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
        axes.set_xlabel(drawn.key)
        axes.set_ylabel(title)
        if any(drawn.labels):
            axes.legend(frameon=False)

    return png(paint, HEIGHT)


def apart(numbers: Sequence[float]) -> list[float]:
    """Sorted numbers, of those that stand too near to others only one; the first and the last are always kept."""
    places = [math.log(number) if numbers[0] > 0 else number for number in numbers]
    least = APART * (places[-1] - places[0])
    kept = [0]
    for place in range(1, len(places) - 1):
        if places[place] - places[kept[-1]] >= least <= places[-1] - places[place]:
            kept.append(place)
    return [numbers[place] for place in dict.fromkeys([*kept, len(places) - 1])]
