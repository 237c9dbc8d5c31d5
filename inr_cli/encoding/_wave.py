"""What the encodings made of waves share: the unit of their frequencies, cycles per picture side."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor


def unit(coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch axes"]:
    """u = (x + 1) / 2: from [-1, 1] to [0, 1], where one cycle is one side of the picture."""
    return (coords + 1) / 2


def sines_and_cosines(cycles: Float[Tensor, "*batch waves"]) -> Float[Tensor, "*batch features"]:
    """[sin(2 pi c), cos(2 pi c)]: all sines, then all cosines."""
    phase = 2 * math.pi * cycles
    return torch.cat([phase.sin(), phase.cos()], dim=-1)
