"""One of each pair of opposite whole frequencies: the terms of a real Fourier series."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


def half_count(limits: Sequence[int]) -> int:
    """How many rows `half_lattice` has."""
    return (math.prod(2 * limit + 1 for limit in limits) + 1) // 2


def half_lattice(limits: Sequence[int]) -> Float[Tensor, "rows axes"]:
    """The integer points with |n_a| <= limits[a] whose first non-zero component is positive, after the point 0."""
    sides = [2 * limit + 1 for limit in limits]
    # In lexicographic order 0 is the middle one, and -n lies as far before it as n behind: the half is from there on.
    behind = torch.arange(half_count(limits)) + math.prod(sides) // 2
    points = torch.stack(torch.unravel_index(behind, tuple(sides)), dim=-1)
    return (points - torch.tensor(limits)).float()
