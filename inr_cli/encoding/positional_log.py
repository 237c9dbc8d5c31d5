"""The log-linear encoding (Tancik et al., Fourier Features Let Networks Learn High Frequency Functions, 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import sines_and_cosines, unit

Octaves = Annotated[config.Number, Field(gt=0, le=24)]


@final
class PositionalLog(Encoding):
    """gamma(x) = [sin(2 pi f_k u), cos(2 pi f_k u)] per axis, with u = (x + 1) / 2 in [0, 1].

    f_k = 2^(octaves k / (count - 1)) - 1 cycles per picture side, k = 0 .. count - 1, is the study's
    2^linspace(0, s, count) - 1: from 0 (a constant) to 2^octaves - 1, dense where frequencies are low. Unlike
    `positional` it may end anywhere, and its frequencies are no whole numbers. Features: 2 * count * axes; all sines
    come first, axis by axis.
    """

    class Spec(config.Spec):
        count: config.Count = Field(description="number of frequencies per axis, from 1")
        octaves: Octaves = Field(description="the highest frequency is 2^octaves - 1 cycles per side, above 0 to 24")

    per_axis: Float[Tensor, " count"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.axes = len(shape)
        self.out_features = 2 * spec.count * self.axes
        self.register_buffer("per_axis", torch.linspace(0, spec.octaves, spec.count).exp2() - 1)

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """Each along its own axis only."""
        return torch.block_diag(*[self.per_axis[:, None]] * self.axes).repeat(2, 1)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        return sines_and_cosines((unit(coords)[..., None] * self.per_axis).flatten(start_dim=-2))
