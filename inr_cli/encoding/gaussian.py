"""Gaussian Fourier features (Tancik et al., Fourier Features Let Networks Learn High Frequency Functions, 2020)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import sines_and_cosines, unit


@final
class Gaussian(Encoding):
    """gamma(x) = [sin(2 pi B u), cos(2 pi B u)] with u = (x + 1) / 2 in [0, 1] and B_ij ~ N(0, scale^2), fixed.

    `scale` is in cycles per picture side, as in the paper (10 for photographs, 14 for text); codes that apply the
    same B to [-1, 1] have twice its frequencies. Features: 2 * count.
    """

    class Spec(config.Spec):
        count: config.Count = Field(description="number of random frequencies, from 1")
        scale: config.Positive = Field(description="standard deviation of B in cycles per picture side, above 0")

    B: Float[Tensor, "count axes"]
    scale: Float[Tensor, ""]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = 2 * spec.count
        # B is kept at unit scale: the same seed gives the same directions at every scale, and a sweep can stack them.
        self.register_buffer("B", torch.randn(spec.count, len(shape), generator=generator))
        self.register_buffer("scale", torch.tensor(spec.scale))

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """B twice, for sines and cosines."""
        return (self.scale * self.B).repeat(2, 1)

    def expected_kernel(self, offsets: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch"]:
        """exp(-2 pi^2 scale^2 |d|^2), the characteristic function of B: E[cos(2 pi b . d)] for b ~ N(0, scale^2)."""
        return torch.exp(-2 * (math.pi * self.scale) ** 2 * offsets.square().sum(dim=-1))

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        return sines_and_cosines(unit(coords) @ (self.scale * self.B).T)
