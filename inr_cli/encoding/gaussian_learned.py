"""Learned Fourier features (Li et al., Learnable Fourier Features for Spatial Positional Encoding, 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import sines_and_cosines, unit


@final
class GaussianLearned(Encoding):
    """gamma(x) = [sin(2 pi B u), cos(2 pi B u)] with u = (x + 1) / 2 in [0, 1]; B starts at N(0, scale^2), then learns.

    The Fourier features of Tancik et al. (2020) with B a parameter, as Li et al. have it; at step 0 it equals
    `gaussian` of the same seed. B itself is the parameter, in cycles per picture side, so that a step of the learning
    rate moves a frequency by the same number of cycles at every scale. Features: 2 * count.
    """

    class Spec(config.Spec):
        count: config.Count = Field(description="number of learned frequencies, from 1")
        scale: config.Positive = Field(description="first standard deviation of B in cycles per picture side, above 0")

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = 2 * spec.count
        self.B = nn.Parameter(spec.scale * torch.randn(spec.count, len(shape), generator=generator))

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """B as it is now, twice, for sines and cosines; nothing learns through it."""
        return self.B.detach().repeat(2, 1)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        return sines_and_cosines(unit(coords) @ self.B.T)
