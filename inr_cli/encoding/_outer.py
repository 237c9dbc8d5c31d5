"""Combinations of one entry per axis: the corners of a cell, the points of a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

from jaxtyping import Shaped
from torch import Tensor


def outer(
    join: Callable[[Tensor, Tensor], Tensor], factors: Iterable[Shaped[Tensor, "*batch _"]]
) -> Shaped[Tensor, "*batch combinations"]:
    """Every choice of one entry from each factor, joined; the last factor's entries change fastest."""
    return reduce(lambda left, right: join(left[..., :, None], right[..., None, :]).flatten(start_dim=-2), factors)
