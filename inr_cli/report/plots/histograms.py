"""What goes into activations and what comes out, a row per layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import COLOURS, is_installed, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 80
SHARE = 0.995
"""Of the values: the rest lies outside the axis."""
BEFORE, AFTER, THEORY = COLOURS[5], COLOURS[3], COLOURS[6]
ABOVE = 1.05
"""The height of an axis over the highest thing on it."""
ROW, MARGIN = 1.3, 0.6
"""Inches per layer, and for the legend."""

Values = Float[np.ndarray, " values"]
Edges = Float[np.ndarray, " edges"]


class Passed(Protocol):
    """What went into an activation and what came out.

    `shifts` is what biases added to the inputs of a sine, one number for each unit; None where it is no sine.
    """

    @property
    def inputs(self) -> Values: ...

    @property
    def outputs(self) -> Values: ...

    @property
    def shifts(self) -> Values | None: ...


class Layer(NamedTuple):
    """An activation before training and after."""

    before: Passed
    after: Passed


def histograms(layers: Sequence[Layer]) -> bytes | None:
    """A PNG, the first layer on top; None without matplotlib."""

    def paint(figure: Figure) -> None:
        rows = figure.subplots(len(layers), 2, squeeze=False)
        for number, ((before, after), (left, right)) in enumerate(zip(layers, rows, strict=True)):
            into = partial(normal, shifts=before.shifts) if number and before.shifts is not None else None
            _pair(left, before.inputs, after.inputs, into)
            _pair(right, before.outputs, after.outputs, None if before.shifts is None else arcsine)
            left.set_ylabel(f"layer {number + 1}")
        rows[0][0].set_title("into the activation", fontsize="medium", loc="left")
        rows[0][1].set_title("out of it", fontsize="medium", loc="left")
        handles = [axes.get_legend_handles_labels() for axes in figure.axes]
        shown = {label: line for lines, labels in handles for line, label in zip(lines, labels, strict=True)}
        figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown), frameon=False)

    return png(paint, MARGIN + ROW * len(layers)) if is_installed() else None


def normal(z: Edges, shifts: Values) -> Edges:
    """The share below z of N(0, 1) around each of the shifts, the mean over them."""
    return np.array([np.mean([NormalDist(float(shift)).cdf(one) for shift in shifts]) for one in z])


def arcsine(y: Edges) -> Edges:
    """The share of a sine at random phases below y: 1/2 + arcsin(y) / pi."""
    return 0.5 + np.arcsin(np.clip(y, -1, 1)) / np.pi


def _pair(axes: Axes, before: Values, after: Values, below: Callable[[Edges], Edges] | None) -> None:
    """Both on one axis, which holds nearly all of either and is as high as all that is drawn."""
    low, high = np.quantile(np.concatenate([before, after]), [1 - SHARE, SHARE])
    edges = np.histogram_bin_edges(before, BINS, (float(low), float(high)))
    first, then = (np.histogram(values, edges, density=True)[0] for values in (before, after))
    axes.stairs(first, edges, fill=True, color=BEFORE, label="before training")
    axes.stairs(then, edges, color=AFTER, label="after")
    expected = np.diff(below(edges)) / np.diff(edges) if below else np.zeros(BINS)
    axes.set_ylim(0, ABOVE * max(first.max(), then.max(), expected.max()))
    if below:
        axes.plot((edges[1:] + edges[:-1]) / 2, expected, "--", color=THEORY, linewidth=1.2, label="expected before")
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(labelsize="small")
    axes.set_title(f"std {before.std():.3g}, then {after.std():.3g}", fontsize="x-small", loc="right")
