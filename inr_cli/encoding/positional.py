"""NeRF's positional encoding (Mildenhall et al., NeRF: Representing Scenes as Neural Radiance Fields, 2020)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding

Octaves = Annotated[config.Integer, Field(ge=1, le=24)]


@final
class Positional(Encoding):
    """gamma(x) = [x, sin(2^k pi x), cos(2^k pi x)] for k = 0 .. octaves - 1, per axis, with x in [-1, 1].

    `octaves=nyquist` takes floor(log2(longest side / 4)); SIREN's code has the shortest side there. Other codes write
    2^k x or 2^k 2 pi x under the same name; ours is the paper's. Features: axes * (2 * octaves + include_input).
    """

    class Spec(config.Spec):
        octaves: Octaves | Literal["nyquist"] = Field(description="number of octaves, 1 to 24, or nyquist")
        include_input: bool = Field(description="whether the coordinates themselves stay among the features")

    angular: Float[Tensor, " octaves"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        octaves = spec.octaves if isinstance(spec.octaves, int) else nyquist_octaves(shape)
        self.axes = len(shape)
        self.include_input = spec.include_input
        self.out_features = len(shape) * (2 * octaves + self.include_input)
        self.register_buffer("angular", math.pi * 2.0 ** torch.arange(octaves))

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """2^k pi x has 2^k cycles on [-1, 1], along its own axis only."""
        per_axis = torch.block_diag(*[self.angular[:, None] / math.pi] * self.axes)
        raw = per_axis.new_zeros(self.axes * self.include_input, self.axes)
        return torch.cat([raw, per_axis, per_axis])

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        phase = (coords[..., None] * self.angular).flatten(start_dim=-2)
        features = [phase.sin(), phase.cos()]
        return torch.cat([coords, *features] if self.include_input else features, dim=-1)


def nyquist_octaves(shape: Sequence[int]) -> int:
    """floor(log2(n / 4)) of the longest side, at least 1: the top frequency is at most a quarter of Nyquist's."""
    return max(1, math.floor(math.log2(max(shape) / 4)))
