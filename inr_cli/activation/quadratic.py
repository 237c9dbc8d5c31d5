"""The inverse quadratic (Ramasinghe and Lucey, Beyond Periodicity, 2022)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Quadratic(Activation):
    """1 / (1 + (a z)^2): a bump with long tails, of half its height at z = 1 / a."""

    class Spec(config.Spec):
        a: config.Positive = Field(description="one over the bump's half-width at half height, above 0")

    a: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("a", torch.tensor(spec.a))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return 1 / (1 + (self.a * z.to(self.a.dtype)).square())
