"""Where pixels sit on an axis, by each convention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import COLOURS, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 3.6
"""Inches."""
FORMULAS = {"centre": "(2p + 1 - n) / n", "left": "(2p - n) / n", "corner": "(2p + 1 - n) / (n - 1)"}
"""The coordinate of pixel p of n."""


class Axis(NamedTuple):
    """The coordinates of the pixels, and of the edges around them, one more."""

    centres: Float[np.ndarray, " pixels"]
    edges: Float[np.ndarray, " edges"]


def grids(places: Mapping[str, Sequence[Axis]], chosen: str) -> bytes:
    """A PNG: a panel for each convention, in it a row for each number of pixels; the chosen one's name is bold."""

    def paint(figure: Figure) -> None:
        panels = figure.subplots(len(places), 1, sharex=True)
        for axes, (kind, rows) in zip(panels, places.items(), strict=True):
            for row, one in enumerate(rows):
                _pixels(axes, row, one)
            for end in (-1, 1):
                axes.axvline(end, color="0.2", linestyle="--", linewidth=1, zorder=0)
            title = f"grid={kind}: pixel p of n at {FORMULAS[kind]}"
            axes.set_title(title, fontsize="small", loc="left", fontweight="bold" if kind == chosen else "normal")
            axes.set_yticks(range(len(rows)), [f"{len(one.centres)} pixels" for one in rows], fontsize="small")
            axes.spines[["left", "right", "top"]].set_visible(False)
            axes.tick_params(left=False)
        panels[-1].set_xlabel(
            "coordinate along one axis (dashed: -1 and 1); bars: pixels; dots: where they are asked for"
        )

    return png(paint, HEIGHT)


def _pixels(axes: Axes, row: int, one: Axis) -> None:
    axes.barh(row, np.diff(one.edges), 0.7, one.edges[:-1], color=COLOURS[5], alpha=0.35, edgecolor="white")
    axes.plot(one.centres, np.full(len(one.centres), row), "o", color=COLOURS[3], markersize=5)
    for number, at in enumerate(one.centres):
        axes.annotate(f"{number}", (at, row), (6, -3), textcoords="offset points", fontsize=7)
