"""A run on one page: rows of pictures above rows of curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import RAMP, WIDTH, colours, headline, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BOTH_SIGNS = "PuOr"
"""From one colour over white to another, told apart by every kind of colour vision."""
HEADLINE, LABEL, SCALE, CURVES = 0.3, 0.25, 0.6, 2.2
"""Inches of the line above all, of one above a picture, of the scale below it, and of a row of curves."""
TALLEST, FLATTEST = 2.0, 0.3
"""The shapes between which a picture's panel stays."""


class Image(NamedTuple):
    """A picture in colour, or numbers between `span` with a scale below that says what they are."""

    title: str
    values: Float[np.ndarray, "height width *colour"]
    scale: str = ""
    """Of what the numbers are, with its unit."""
    span: tuple[float, float] = (0.0, 1.0)
    ramp: str = RAMP
    reach: tuple[float, float] | None = None
    """How far it reaches from its middle, down and across, in cycles per side where it is a spectrum."""

    def paint(self, axes: Axes) -> None:
        """The picture, with its axes if it is a spectrum."""
        extent = None
        if self.reach is None:
            axes.set_axis_off()
        else:
            down, across = self.reach
            extent = (-across, across, down, -down)
            axes.set_xlabel("across", fontsize="small")
            axes.set_ylabel("down", fontsize="small")
        low, high = self.span
        shown = axes.imshow(self.values, cmap=self.ramp, vmin=low, vmax=high, extent=extent)
        axes.set_anchor("N")
        if self.scale:
            bar = axes.figure.colorbar(shown, ax=axes, location="bottom", fraction=0.06, pad=0.03, aspect=30)
            bar.set_label(self.scale, fontsize="small")
            bar.ax.tick_params(labelsize="small")


class Curves(NamedTuple):
    """Steps and values by label; with `names` they go up the ramp of colours under that heading."""

    title: str
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    is_log: bool = False
    names: str = ""

    def paint(self, axes: Axes) -> None:
        """A line for each label."""
        palette = colours(len(self.lines), ordered=bool(self.names))
        for colour, (label, line) in zip(palette, self.lines.items(), strict=True):
            axes.plot(*line, color=colour, linewidth=1.5, label=label, marker="." if self.names else None)
        axes.set_yscale("log" if self.is_log else "linear")
        axes.grid(alpha=0.3)
        axes.set_xlabel("step", fontsize="small")
        if self.names:
            place = (1.01, 1.0)
            axes.legend(loc="upper left", bbox_to_anchor=place, frameon=False, fontsize="small", title=self.names)
        elif len(self.lines) > 1:
            axes.legend(frameon=False, fontsize="small")


def overview(title: str, images: Sequence[Sequence[Image]], curves: Sequence[Sequence[Curves]]) -> bytes:
    """A PNG."""
    heights = [*map(_height, images), *[CURVES] * len(curves)]
    panels: list[Sequence[Image | Curves]] = [*images, *curves]

    def paint(figure: Figure) -> None:
        headline(figure, title)
        rows = figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)
        for row, listed in zip(rows[:, 0], panels, strict=True):
            for axes, panel in zip(row.subplots(1, len(listed), squeeze=False)[0], listed, strict=True):
                axes.set_title(panel.title, fontsize="small", loc="left")
                axes.tick_params(which="both", labelsize="small")
                panel.paint(axes)

    return png(paint, sum(heights) + HEADLINE)


def _height(row: Sequence[Image]) -> float:
    height, width = row[0].values.shape[:2]
    around = LABEL * (1 + max(panel.title.count("\n") for panel in row)) + SCALE * any(panel.scale for panel in row)
    return around + WIDTH / len(row) * min(TALLEST, max(FLATTEST, height / width))
