"""The frequencies that an encoding's channels have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import COLOURS, RAMP, headline, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 3.6
"""Inches."""


class Waves(NamedTuple):
    """Frequencies in cycles per picture side, down and across, the power of each, and how that is known."""

    cycles: Float[np.ndarray, "waves axes"]
    power: Float[np.ndarray, " waves"]
    source: str


def spectrum(waves: Waves, shape: tuple[int, int], title: str) -> bytes:
    """A PNG: where in the plane they lie, each with its mirror image, and how much lies in each octave.

    `shape` is the fitted picture's in pixels, which can hold half a cycle per pixel.
    """

    def paint(figure: Figure) -> None:
        headline(figure, f"{title}: {waves.source}")
        left, right = figure.subplots(1, 2)
        _plane(left, waves, shape)
        _octaves(right, waves)

    return png(paint, HEIGHT)


def _plane(axes: Axes, waves: Waves, shape: tuple[int, int]) -> None:
    order = np.argsort(waves.power, kind="stable")  # the strongest on top
    decibels = 10 * np.log10(waves.power[order] / waves.power.max())
    down, across = np.concatenate([waves.cycles[order], -waves.cycles[order]]).T
    size = float(np.clip(4000 / len(down), 3, 25))
    if np.ptp(decibels) > 0:
        dots = axes.scatter(across, down, s=size, c=np.tile(decibels, 2), cmap=RAMP, linewidths=0)
        axes.figure.colorbar(dots, ax=axes, label="power relative to the strongest (dB)")
    else:
        axes.scatter(across, down, s=size, color=COLOURS[0], linewidths=0)
    limit = 1.1 * max(float(np.abs(waves.cycles).max()), 1.0)
    rows, columns = (side / 2 for side in shape)
    corners = columns * np.array([-1, 1, 1, -1, -1]), rows * np.array([-1, -1, 1, 1, -1])
    axes.plot(*corners, "--", color="0.4", linewidth=1)
    axes.set(xlim=(-limit, limit), ylim=(limit, -limit), aspect="equal")
    axes.set_xlabel("cycles per side, across")
    axes.set_ylabel("cycles per side, down")
    if min(rows, columns) < limit:
        axes.set_title(f"dashed: half a cycle per pixel of {shape[1]}x{shape[0]}", fontsize="small")


def _octaves(axes: Axes, waves: Waves) -> None:
    """The share of the power at 1 up to below 2 cycles per side in whatever direction, 2 to 4, and so on."""
    lengths = np.linalg.norm(waves.cycles, axis=1)
    octaves = np.floor(np.log2(np.maximum(lengths, 0.5))).astype(int) + 1
    share = np.bincount(octaves, weights=waves.power) / waves.power.sum()
    names = ["under 1", *(f"{2**k} to {2 ** (k + 1)}" for k in range(len(share) - 1))]
    drawn = axes.barh(names, 100 * share, color=COLOURS[0])
    axes.bar_label(drawn, [f"{100 * one:.0f} %" if one >= 0.005 else "" for one in share], padding=3, fontsize="small")
    axes.margins(x=0.2)
    axes.set_xlabel("share of the power (%)")
    axes.set_ylabel("cycles per side, any direction")
