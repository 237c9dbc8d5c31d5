"""A kernel over the picture, and by distance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import COLOURS, RAMP, colours, headline, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 3.9
"""Inches."""

Values = Float[np.ndarray, " steps"]


class Profile(NamedTuple):
    """Distances in picture sides, the kernel at them from several places by their labels, and what is expected of it.

    `width` is the distance at which it falls to a half, infinite if it does not.
    """

    distances: Values
    measured: Mapping[str, Values]
    expected: Values | None
    width: float


def kernel(
    around: Float[np.ndarray, "size size"], place: tuple[float, float], profile: Profile, pixels: int, title: str
) -> bytes:
    """A PNG: the kernel between a place and all of the picture, and by the distance to the right of some places.

    Places are down, across in picture sides; `pixels` are those of the fitted picture's longest side.
    """

    def paint(figure: Figure) -> None:
        from matplotlib.lines import Line2D

        headline(figure, f"kernel of {title}: {_width(profile.width, pixels)}")
        left, right = figure.subplots(1, 2)
        image = left.imshow(around, cmap=RAMP, extent=(0, 1, 1, 0), interpolation="nearest")
        figure.colorbar(image, ax=left, label="k(x', x)")
        left.plot(*reversed(place), "+", color="white", markersize=7)
        left.set_title("cross: x'", fontsize="small", loc="left")
        left.set_xlabel("across (sides)")
        left.set_ylabel("down (sides)")
        palette = colours(len(profile.measured), ordered=True)
        for colour, (label, values) in zip(palette, profile.measured.items(), strict=True):
            right.plot(profile.distances, values, color=colour, linewidth=1.2, label=label)
        if profile.expected is not None:
            right.plot(profile.distances, profile.expected, "--", color=COLOURS[6], linewidth=1.5, label="expected")
        right.axhline(0, color="0.7", linewidth=0.8, zorder=0)
        right.set_xlim(0, profile.distances[-1])
        right.set_xlabel("distance to the right (sides)")
        right.set_ylabel("k(x, x')")
        handles, labels = right.get_legend_handles_labels()
        figure.legend(
            [Line2D([], [], linestyle="none"), *handles],
            ["x' down, across:", *labels],
            loc="outside lower center",
            ncols=len(labels) + 1,
            frameon=False,
            fontsize="small",
            handlelength=1.5,
            columnspacing=1.2,
        )

    return png(paint, HEIGHT)


def _width(width: float, pixels: int) -> str:
    if math.isinf(width):
        return "nowhere near half of what it is at the cross"
    return f"half at {width:.3g} sides from the cross, {width * pixels:.2g} of {pixels} pixels"
