"""Figures of several kinds side by side, where they differ by powers of ten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from inr_cli.report.plots.figure import COLOURS, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def dots(rows: Mapping[str, Mapping[str, float | None]], title: str) -> bytes:
    """A PNG, a line for each row from top to bottom, with a dot for each kind of figure that it has."""
    kinds = list(dict.fromkeys(kind for row in rows.values() for kind in row))

    def paint(figure: Figure) -> None:
        from matplotlib.ticker import LogFormatter

        axes = figure.subplots()
        for colour, kind in zip(COLOURS, kinds, strict=False):
            found = [(value, line) for line, row in enumerate(rows.values()) if (value := row.get(kind)) is not None]
            axes.plot(*np.reshape(found, (-1, 2)).T, "o", color=colour, label=kind)
        axes.set_yticks(range(len(rows)), list(rows), fontsize="small")
        axes.set_ylim(len(rows) - 0.5, -0.5)
        if any(value is not None for row in rows.values() for value in row.values()):  # or there is no logarithm
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter(LogFormatter())  # told only where figures are near each other
        axes.set_xlabel(title)
        axes.grid(alpha=0.3)
        if len(kinds) > 1:
            figure.legend(loc="outside upper center", ncols=len(kinds), frameon=False, fontsize="small")

    return png(paint, 1.2 + 0.3 * len(rows))
