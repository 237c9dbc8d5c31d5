"""The derivatives that a field can be given in place of colours, and how each is made of a picture's pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float
from torch import Tensor

from inr_cli.calculus import operators
from inr_cli.config.root import Grid
from inr_cli.signal import differences
from inr_cli.task import FieldFunction

Picture = Float[np.ndarray, "height width channels"]
Supervision = Literal["gradient", "laplacian", "both"]
Targets = Literal["differences", "sobel", "published"]


class Rule(NamedTuple):
    """How targets are made of pixels, and which share of the true derivative they are along each axis."""

    of_pixels: Callable[[Picture, Grid], Float[np.ndarray, "height width channels parts"]]
    share: Callable[[Sequence[int], Grid], Float[np.ndarray, " axes"]]


@dataclass(frozen=True)
class Term:
    """A derivative of the field, of `parts` numbers per channel, and what it is compared with."""

    order: int
    parts: int
    of_field: Callable[[FieldFunction, Tensor], Float[Tensor, "batch channels parts"]]
    rules: dict[Targets, Rule]


def whole(shape: Sequence[int], kind: Grid) -> Float[np.ndarray, " axes"]:
    """The share of targets that are derivatives."""
    return np.ones(len(shape))


def second_differences(pixels: Picture, kind: Grid) -> Float[np.ndarray, "height width channels 1"]:
    """The Laplacian in the units of the coordinates."""
    return differences.difference_laplacian(pixels, kind)[..., None]


GRADIENT = Term(
    order=1,
    parts=2,
    of_field=operators.gradient,
    rules={
        "differences": Rule(differences.central_differences, whole),
        "sobel": Rule(differences.sobel_gradient, whole),
        "published": Rule(
            lambda pixels, kind: differences.published_gradient(pixels), differences.published_gradient_share
        ),
    },
)
LAPLACIAN = Term(
    order=2,
    parts=1,
    of_field=lambda field, coords: operators.laplacian(field, coords)[..., None],
    rules={
        "differences": Rule(second_differences, whole),
        "sobel": Rule(second_differences, whole),
        "published": Rule(
            lambda pixels, kind: differences.published_laplacian(pixels)[..., None],
            differences.published_laplacian_share,
        ),
    },
)
TERMS: dict[Supervision, tuple[Term, ...]] = {
    "gradient": (GRADIENT,),
    "laplacian": (LAPLACIAN,),
    "both": (GRADIENT, LAPLACIAN),
}
