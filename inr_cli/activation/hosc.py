"""The hyperbolic oscillator (Serrano et al., HOSC: A Periodic Activation for Sharp Features, 2024)."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Hosc(Activation):
    """tanh(beta sin(omega_0 z)): a sine for small beta, a square wave for large.

    Steepest at 0, by beta omega_0: a large beta wants a smaller learning rate.
    """

    class Spec(config.Spec):
        first_omega_0: config.Positive = Field(description="omega_0 of the first layer, above 0")
        hidden_omega_0: config.Positive = Field(description="omega_0 of the hidden layers, above 0")
        beta: config.Positive = Field(description="sharpness of the wave's edges, above 0")

    has_omega: ClassVar[bool] = True

    omega_0: Float[Tensor, ""]
    beta: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega_0", torch.tensor(spec.first_omega_0 if first else spec.hidden_omega_0))
        self.register_buffer("beta", torch.tensor(spec.beta))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        phase = self.omega_0 * z.to(self.omega_0.dtype)
        return torch.tanh(self.beta * torch.sin(phase))
