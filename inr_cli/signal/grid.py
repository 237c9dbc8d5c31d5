"""Where pixels lie: fractional pixel positions, and the coordinates in [-1, 1] that stand for them.

On an axis of n pixels a *position* p counts pixels, 0 being the centre of the first and n - 1 that of the last; pixel
*edges* run from 0 to n, so edge e lies at position e - 1/2. A *coordinate* is what a network is fed. Three conventions:

    centre    (2p + 1 - n) / n            the program's own: sizes, crops and baselines line up
    left      (2p - n) / n                endpoint excluded, the grid of an FFT         (replications only)
    corner    (2p + 1 - n) / (n - 1)      linspace(-1, 1, n); one pixel lies at 0       (replications only)

Each axis stands for itself, and there may be any number of them. Computed in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Float64

from inr_cli.config.root import Grid


def _centre(position: np.ndarray, n: int) -> np.ndarray:
    return (2 * position + 1 - n) / n  # -1 + (2p + 1)/n, written so that mirrored pixels differ in sign only


def _left(position: np.ndarray, n: int) -> np.ndarray:
    return (2 * position - n) / n


def _corner(position: np.ndarray, n: int) -> np.ndarray:
    return (2 * position + 1 - n) / max(n - 1, 1)


COORDINATE: dict[Grid, Callable[[np.ndarray, int], np.ndarray]] = {
    "centre": _centre,
    "left": _left,
    "corner": _corner,
}


def coordinate(position: float | Float[np.ndarray, "*shape"], n: int, kind: Grid) -> Float64[np.ndarray, "*shape"]:
    """The coordinates of pixel positions on an axis of `n` pixels; -1/2 to n - 1/2 is inside the picture."""
    places = np.asarray(position, np.float64)
    return COORDINATE[kind](places.ravel(), n).reshape(places.shape)


def positions(start_edge: float, stop_edge: float, count: int) -> Float64[np.ndarray, " count"]:
    """The centres of `count` equal cells between two pixel edges: a + (j + 1/2)(b - a)/count - 1/2.

    From 0 to n with count = n these are exactly 0, 1, ..., n - 1.
    """
    cells = np.arange(count, dtype=np.float64) + 0.5
    return start_edge + cells * (stop_edge - start_edge) / count - 0.5


def axes(shape: Sequence[int], kind: Grid) -> list[Float64[np.ndarray, " _"]]:
    """The coordinates of every pixel along each axis of a signal of that shape."""
    return [coordinate(np.arange(n, dtype=np.float64), n, kind) for n in shape]


def grid(axes: Sequence[Float[np.ndarray, " _"]]) -> Float[np.ndarray, "points axes"]:
    """Every combination of the axes' coordinates, the last axis fastest, as pixels lie in memory."""
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
