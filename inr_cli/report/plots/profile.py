"""Several final figures of every form, one after the other: what is learned of each octave of frequencies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from inr_cli.report.labels import is_numeric, keys, names, short
from inr_cli.report.plots.figure import colours, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 4.0
"""Inches."""

Figures = Mapping[str, Sequence[float | None]]
"""Of every form the figures in their order; None where it has not that one."""


def profile(measured: Figures, of: Sequence[str]) -> bytes:
    """A PNG, the figures with the headings `of` from left to right, a line for each form.

    Forms of one number go up the ramp of colours.
    """
    title, ticks = parted(of)
    called = names(measured)
    palette = colours(len(measured), _is_one_number(measured))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for colour, (label, values) in zip(palette, measured.items(), strict=True):
            known = [math.nan if value is None else value for value in values]
            axes.plot(range(len(of)), known, "o-", color=colour, label=short(label, called) or None)
        axes.set_xticks(range(len(of)), ticks)
        axes.set_xlabel(title)
        axes.grid(alpha=0.3)
        if any(measured):
            axes.legend(frameon=False, fontsize="small")

    return png(paint, HEIGHT)


def parted(headings: Sequence[str]) -> tuple[str, list[str]]:
    """What headings share at their beginning and end, and what each has between them, in words."""
    words = [heading.split() for heading in headings]
    start = _alike(words)
    end = _alike([one[start:][::-1] for one in words])
    middles = [" ".join(one[start : len(one) - end]) for one in words]
    shared = [*words[0][:start], "...", *words[0][len(words[0]) - end :]]
    return " ".join(shared) if start or end else "", middles


def _alike(listed: Sequence[Sequence[str]]) -> int:
    """How many first words all lists share."""
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(*listed, strict=False)))


def _is_one_number(labels: Iterable[str]) -> bool:
    """Whether the forms differ in one key, whose values are numbers."""
    parted = [keys(label) for label in labels]
    return len({key for found in parted for key in found}) == 1 and is_numeric(
        value for found in parted for value in found.values()
    )
