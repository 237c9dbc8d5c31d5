"""Parallel axes (Inselberg, The Plane with Parallel Coordinates, 1985): many keys at once, a line for each form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from inr_cli.report.labels import is_numeric, keys, names, ordered
from inr_cli.report.plots.figure import PAPER_END, RAMP, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 4.0
"""Inches."""
SMOOTH = 40
"""Points of a line between two axes."""
APART = 0.07
"""Of an axis' length, between two values that it names."""
DECADE = 10.0
"""Numbers that are further apart than this many times stand by their logarithm."""


def parallel(finals: Mapping[str, float], title: str) -> bytes:
    """A PNG: an axis for each key that differs, the last one for the figure, whose colour lines have, the best on top.

    Numbers stand by their size, or by their logarithm where they span more than a decade; names evenly spaced.
    """
    parted = {label: keys(label) for label in finals}
    every = {key: ordered({parts.get(key, "-"): None for parts in parted.values()}) for key in names(finals)}
    axis = {key: spaced(list(values)) for key, values in every.items() if len(values) > 1}
    called = {key: names(finals)[key] for key in axis}
    low, high = min(finals.values()), max(finals.values())

    def heights(label: str) -> Sequence[float]:
        figure = (finals[label] - low) / ((high - low) or 1.0)
        return [*(axis[key][parted[label].get(key, "-")] for key in called), figure]

    def paint(figure: Figure) -> None:
        from matplotlib import colormaps
        from matplotlib.cm import ScalarMappable
        from matplotlib.colors import ListedColormap, Normalize

        ramp = ListedColormap(colormaps[RAMP](np.linspace(0, PAPER_END, 256)))
        axes = figure.subplots()
        for label in sorted(finals, key=lambda label: finals[label]):
            across, up = curve(heights(label))
            axes.plot(across, up, color=ramp(up[-1]), linewidth=1.2, alpha=0.85)
        for place, key in enumerate(called):
            _name(axes, place, axis[key])
        for place in range(len(called) + 1):
            axes.axvline(place, color="0.6", linewidth=0.8, zorder=1)
        axes.set_xticks(range(len(called) + 1), [*called.values(), title])
        axes.set_xlim(-0.35, len(called) + 0.02)
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
        figure.colorbar(ScalarMappable(Normalize(low, high), ramp), ax=axes, pad=0.01)

    return png(paint, HEIGHT)


def curve(heights: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    """A line through the heights at 0, 1, 2, ... that is level at every axis: 3 t^2 - 2 t^3 between two of them."""
    steps = np.linspace(0, 1, SMOOTH)
    ease = steps**2 * (3 - 2 * steps)
    pairs = list(pairwise(heights))
    across = np.concatenate([number + steps for number in range(len(pairs))])
    return across, np.concatenate([start + (end - start) * ease for start, end in pairs])


def spaced(values: Sequence[str]) -> dict[str, float]:
    """Where each of two or more values stands on an axis from 0 to 1."""
    places = np.arange(len(values), dtype=float)
    if is_numeric(values):
        places = np.array([float(value) for value in values])
        if places.min() > 0 and places.max() > DECADE * places.min():
            places = np.log(places)
    places = (places - places.min()) / np.ptp(places)
    return dict(zip(values, places.tolist(), strict=True))


def _name(axes: Axes, place: int, heights: Mapping[str, float]) -> None:
    """The values beside their axis, but for those that would be written over another."""
    last = -APART
    for value, height in sorted(heights.items(), key=lambda item: item[1]):
        if height - last >= APART:
            box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.0}
            axes.text(place - 0.03, height, value, ha="right", va="center", fontsize="small", bbox=box)
            last = height
