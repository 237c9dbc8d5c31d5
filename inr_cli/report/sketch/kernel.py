"""An encoding's kernel: how alike it makes two points, by how far apart they are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar, final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config.root import RunConfig
from inr_cli.encoding import Encoding
from inr_cli.render.sample import chunk_of
from inr_cli.report.plots.kernel import Profile, kernel
from inr_cli.report.sketch import Sketch, told
from inr_cli.report.start import begin
from inr_cli.signal.grid import axes, grid

PLACES = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Points on the diagonal from which distances are counted, to the right, in picture sides."""
PLACE = 0.3
"""That of which the kernel is drawn all over the picture: in the middle the coordinates themselves are 0."""
FARTHEST = 0.5
STEPS = 400
"""Distances that are looked at."""
WIDTHS = 6
"""How many half widths of the kernel are drawn, as far as the picture reaches."""


@final
class Kernel(Sketch):
    """k(x, x') = gamma(x) . gamma(x') over the mean of gamma(x) . gamma(x) in the picture.

    Of waves alone it is mean_j cos(2 pi b_j . (u - u')): stationary, the same from wherever one counts, and as narrow
    as the frequencies are high (Tancik et al., 2020). Where it is not, the lines from the places part.
    """

    group: ClassVar = "encoding"
    has_size: ClassVar = True

    def pictures(self, config: RunConfig, size: int) -> Iterator[tuple[str, bytes]]:
        start = begin(config)
        encoding = start.field.encoding
        around, by_distance = over_picture(encoding, size), profile(encoding)
        yield "kernel.png", kernel(around, (PLACE,) * 2, by_distance, max(start.task.whole), told(config.encoding))


@torch.no_grad()
def measured(
    encoding: Encoding, here: Float[Tensor, "*batch axes"], there: Float[Tensor, "*batch axes"]
) -> Float[np.ndarray, "*batch"]:
    """k between points u in [0, 1], the one or the other of which may be the same for all."""
    pieces = there.split(chunk_of(encoding.out_features))
    of_here = encoding(2 * here - 1).double()
    products = torch.cat([(of_here * encoding(2 * piece - 1).double()).sum(dim=-1) for piece in pieces])
    return (products / squares(encoding)).cpu().numpy()


@torch.no_grad()
def squares(encoding: Encoding) -> float:
    """The mean of gamma(x) . gamma(x) over the picture."""
    return float(encoding(points(32)).double().square().sum(dim=-1).mean())


def points(side: int) -> Float[Tensor, "points axes"]:
    """The centres of side x side pixels as coordinates."""
    return torch.from_numpy(grid(axes((side, side), "centre"))).float()


def over_picture(encoding: Encoding, size: int) -> Float[np.ndarray, "size size"]:
    """k between `PLACE` and every one of size x size pixels."""
    return measured(encoding, torch.full((2,), PLACE), (points(size) + 1) / 2).reshape(size, size)


def half_width(encoding: Encoding) -> float:
    """The distance at which k from `PLACE` first falls below half of what it is there; `FARTHEST` if it does not."""
    distances = FARTHEST * np.linspace(0, 1, 4001)
    values = along(encoding, PLACE, distances)
    below = np.flatnonzero(values < values[0] / 2)
    return float(distances[below[0]]) if len(below) else FARTHEST


def along(encoding: Encoding, place: float, distances: Float[np.ndarray, " steps"]) -> Float[np.ndarray, " steps"]:
    """k between a point on the diagonal and those to the right of it."""
    here = torch.full((2,), place)
    return measured(encoding, here, (here + to_the_right(distances)).float())


def to_the_right(distances: Float[np.ndarray, " steps"]) -> Float[Tensor, "steps axes"]:
    """So far along the second axis."""
    return torch.from_numpy(np.stack([np.zeros_like(distances), distances], axis=1))


def profile(encoding: Encoding) -> Profile:
    """k by distance, from every place, for some half widths, and what is expected of it."""
    width = half_width(encoding)
    distances = np.linspace(0, min(FARTHEST, WIDTHS * width), STEPS)
    expected = encoding.expected_kernel(to_the_right(distances))
    return Profile(
        distances,
        {f"{place:g}, {place:g}": along(encoding, place, distances) for place in PLACES},
        None if expected is None else expected.cpu().numpy(),
        width if width < FARTHEST else math.inf,
    )
