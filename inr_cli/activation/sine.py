"""The sine of SIREN (Sitzmann et al., Implicit Neural Representations with Periodic Activation Functions, 2020)."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Sine(Activation):
    """sin(omega_0 z) with z = W x + b, so omega_0 multiplies the bias too, as in the authors' code."""

    class Spec(config.Spec):
        first_omega_0: config.Positive = Field(description="omega_0 of the first layer, above 0")
        hidden_omega_0: config.Positive = Field(description="omega_0 of the hidden layers, above 0")

    has_omega: ClassVar[bool] = True
    omega_0: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega_0", torch.tensor(spec.first_omega_0 if first else spec.hidden_omega_0))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        # In omega_0's precision: a phase of 30 rad rounded to bf16 would be off by up to 0.06 rad.
        return torch.sin(self.omega_0 * z.to(self.omega_0.dtype))
