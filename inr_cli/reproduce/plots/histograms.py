"""What goes into activations and what comes out, a row per layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from inr_cli.reproduce.plots.figure import COLOURS, is_installed, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 80
SHARE = 0.995
"""Of the values: the rest lies outside the axis."""
BEFORE, AFTER, THEORY = COLOURS[5], COLOURS[3], COLOURS[6]
LABEL = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
ROW, MARGIN = 1.15, 0.6
"""Inches per layer, and for the legend."""

Values = Float[np.ndarray, " values"]
Edges = Float[np.ndarray, " edges"]


class Layer(NamedTuple):
    """Input and output of an activation before training and after; whether it is a sine."""

    before: tuple[Values, Values]
    after: tuple[Values, Values]
    is_sine: bool


def histograms(layers: Sequence[Layer]) -> bytes | None:
    """A PNG, the first layer on top; None without matplotlib."""

    def paint(figure: Figure) -> None:
        rows = figure.subplots(len(layers), 2, squeeze=False)
        for number, (layer, (left, right)) in enumerate(zip(layers, rows, strict=True)):
            _pair(left, layer.before[0], layer.after[0], normal if layer.is_sine and number else None)
            _pair(right, layer.before[1], layer.after[1], arcsine if layer.is_sine else None)
            left.set_ylabel(f"layer {number + 1}")
        rows[0][0].set_title("into the activation", fontsize="medium")
        rows[0][1].set_title("out of it", fontsize="medium")
        handles = [axes.get_legend_handles_labels() for axes in figure.axes]
        shown = {label: line for lines, labels in handles for line, label in zip(lines, labels, strict=True)}
        figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown), frameon=False)

    return png(paint, MARGIN + ROW * len(layers)) if is_installed() else None


def normal(z: Edges) -> Edges:
    """The share of N(0, 1) below z."""
    return np.array([NormalDist().cdf(one) for one in z])


def arcsine(y: Edges) -> Edges:
    """The share of a sine at random phases below y: 1/2 + arcsin(y) / pi."""
    return 0.5 + np.arcsin(np.clip(y, -1, 1)) / np.pi


def _pair(axes: Axes, before: Values, after: Values, below: Callable[[Edges], Edges] | None) -> None:
    """Both on one axis, which holds nearly all of either and is as high as what was measured."""
    low, high = np.quantile(np.concatenate([before, after]), [1 - SHARE, SHARE])
    edges = np.histogram_bin_edges(before, BINS, (float(low), float(high)))
    first, then = (np.histogram(values, edges, density=True)[0] for values in (before, after))
    axes.stairs(first, edges, fill=True, color=BEFORE, label="before training")
    axes.stairs(then, edges, color=AFTER, label="after")
    axes.set_ylim(0, 1.3 * max(first.max(), then.max()))
    if below is not None:
        density = np.diff(below(edges)) / np.diff(edges)
        axes.plot((edges[1:] + edges[:-1]) / 2, density, "--", color=THEORY, linewidth=1.2, label="expected before")
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(labelsize="small")
    told = f"standard deviation {before.std():.3g}, then {after.std():.3g}"
    axes.annotate(told, (0.5, 0.97), xycoords="axes fraction", ha="center", va="top", fontsize="x-small", bbox=LABEL)
