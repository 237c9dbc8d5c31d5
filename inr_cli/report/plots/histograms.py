"""What goes into activations and what comes out, a row per layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from jaxtyping import Float

from inr_cli.report.plots.figure import COLOURS, headline, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BINS = 80
SHARE = 0.995
"""Of the values: the rest lies outside the axis."""
BEFORE, AFTER, THEORY = COLOURS[5], COLOURS[3], COLOURS[6]
ABOVE = 1.05
"""The height of an axis over the highest thing on it."""
ROW, MARGIN = 1.3, 0.9
"""Inches per layer, and for title and legend."""
CROWDED = 0.25
"""The share of all values from which on a single bar is cut, and its share written above: the zeros of a relu."""

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
    """An activation before training, and after where there was any."""

    before: Passed
    after: Passed | None


def histograms(layers: Sequence[Layer], title: str, in_radians: bool) -> bytes:
    """A PNG, the first layer on top; what goes in is `in_radians` where the activation has an omega_0."""

    def paint(figure: Figure) -> None:
        headline(figure, title)
        rows = figure.subplots(len(layers), 2, squeeze=False)
        for number, ((before, after), (left, right)) in enumerate(zip(layers, rows, strict=True)):
            into = partial(normal, shifts=before.shifts) if number and before.shifts is not None else None
            _pair(left, before.inputs, after.inputs if after else None, into)
            _pair(right, before.outputs, after.outputs if after else None, None if before.shifts is None else arcsine)
            left.set_ylabel(f"layer {number + 1}")
        rows[0][0].set_title("into the activation", fontsize="medium", loc="left")
        rows[0][1].set_title("out of it", fontsize="medium", loc="left")
        if in_radians:
            rows[-1][0].set_xlabel("times omega_0: radians", fontsize="small")
        handles = [axes.get_legend_handles_labels() for axes in figure.axes]
        shown = {label: line for lines, labels in handles for line, label in zip(lines, labels, strict=True)}
        figure.legend(shown.values(), shown.keys(), loc="outside lower center", ncols=len(shown), frameon=False)

    return png(paint, MARGIN + ROW * len(layers))


def normal(z: Edges, shifts: Values) -> Edges:
    """The share below z of N(0, 1) around each of the shifts, the mean over them."""
    return np.array([np.mean([NormalDist(float(shift)).cdf(one) for shift in shifts]) for one in z])


def arcsine(y: Edges) -> Edges:
    """The share of a sine at random phases below y: 1/2 + arcsin(y) / pi."""
    return 0.5 + np.arcsin(np.clip(y, -1, 1)) / np.pi


def _pair(axes: Axes, before: Values, after: Values | None, below: Callable[[Edges], Edges] | None) -> None:
    """Both on one axis, which holds nearly all of either and is as high as all that is drawn."""
    both = {BEFORE: before} if after is None else {BEFORE: before, AFTER: after}
    low, high = np.quantile(np.concatenate(list(both.values())), [1 - SHARE, SHARE])
    edges = np.histogram_bin_edges(before, BINS, (float(low), float(high)))
    heights = {colour: np.histogram(values, edges, density=True)[0] for colour, values in both.items()}
    for colour, label in ((BEFORE, "before training"), (AFTER, "after")):
        if colour in heights:
            axes.stairs(heights[colour], edges, fill=colour == BEFORE, color=colour, label=label)
    expected = np.diff(below(edges)) / np.diff(edges) if below else np.zeros(BINS)
    width = edges[1] - edges[0]
    all_heights = np.concatenate([*heights.values(), expected])
    axes.set_ylim(0, ABOVE * max(all_heights[all_heights * width < CROWDED], default=0.0) or all_heights.max())
    if below:
        axes.plot((edges[1:] + edges[:-1]) / 2, expected, "--", color=THEORY, linewidth=1.2, label="expected before")
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(labelsize="small")
    shares = [100 * share for one in heights.values() if (share := one.max() * width) >= CROWDED]
    cut = f"cut: {', '.join(f'{share:.0f}' for share in shares)} %; " if shares else ""
    spread = "std " + ", then ".join(f"{one.std():.3g}" for one in both.values())
    axes.set_title(cut + spread, fontsize="x-small", loc="right")
