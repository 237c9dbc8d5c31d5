"""Positional encoding without pi, as the code of FINER and its ancestors has it (Liu et al., FINER, 2024)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding

Octaves = Annotated[config.Integer, Field(ge=1, le=24)]


@final
class PositionalRadians(Encoding):
    """gamma(x) = [x, sin(2^k x), cos(2^k x)] for k = 0 .. octaves - 1, per axis, with x in [-1, 1].

    The angles are 2^k radians where `positional`, NeRF's formula, has 2^k pi: every frequency is pi times lower,
    2^k / pi cycles per picture side, and no wave closes at the picture's edge. Features: axes * (2 * octaves + 1).
    """

    class Spec(config.Spec):
        octaves: Octaves = Field(description="number of octaves, 1 to 24")

    angular: Float[Tensor, " octaves"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.axes = len(shape)
        self.out_features = len(shape) * (2 * spec.octaves + 1)
        self.register_buffer("angular", 2.0 ** torch.arange(spec.octaves))

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """Each wave along its own axis only; zero for the coordinates."""
        per_axis = torch.block_diag(*[self.angular[:, None] / torch.pi] * self.axes)
        return torch.cat([per_axis.new_zeros(self.axes, self.axes), per_axis, per_axis])

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        phase = (coords[..., None] * self.angular).flatten(start_dim=-2)
        return torch.cat([coords, phase.sin(), phase.cos()], dim=-1)
