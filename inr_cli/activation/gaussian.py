"""The Gaussian bump (Ramasinghe and Lucey, Beyond Periodicity, 2022)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Gaussian(Activation):
    """exp(-(scale z)^2), as in the code of WIRE and FINER.

    The paper and others write exp(-z^2 / (2 a^2)): the same with scale = 1 / (a sqrt 2).
    """

    class Spec(config.Spec):
        scale: config.Positive = Field(description="one over the bump's half-width at 1/e, above 0")

    scale: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("scale", torch.tensor(spec.scale))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        # In the scale's precision: bf16 would be off by 1 % where the exponent is -2, more in the tails.
        return torch.exp(-(self.scale * z.to(self.scale.dtype)).square())
