"""A function of one number above its first and second derivative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import COLOURS, DASHES, headline, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 5.0
"""Inches."""
NAMES = ("a(z)", "a'(z)", "a''(z)")

Values = Float[np.ndarray, " points"]


class Curve(NamedTuple):
    """z, and the function's values there with those of both derivatives."""

    z: Values
    value: Values
    slope: Values
    bend: Values


def functions(curves: Mapping[str, Curve], title: str) -> bytes:
    """A PNG, a line for each label in every panel."""

    def paint(figure: Figure) -> None:
        headline(figure, title)
        rows = figure.subplots(len(NAMES), 1, sharex=True)
        for place, (axes, name) in enumerate(zip(rows, NAMES, strict=True)):
            for dash, (label, (z, *values)) in zip(DASHES, curves.items(), strict=False):
                axes.plot(z, values[place], dash, color=COLOURS[place], linewidth=1.5, label=label)
            axes.axhline(0, color="0.7", linewidth=0.8, zorder=0)
            axes.axvline(0, color="0.7", linewidth=0.8, zorder=0)
            axes.set_ylabel(name)
        rows[-1].set_xlabel("z, what the linear layer gives")
        rows[-1].margins(x=0)
        if len(curves) > 1:
            rows[0].legend(frameon=False, fontsize="small")

    return png(paint, HEIGHT)
