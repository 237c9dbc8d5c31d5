"""The variable-periodic sine of FINER (Liu et al., FINER: Flexible Spectral-Bias Tuning, 2024)."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.activation._finer import stretch
from inr_cli.config import spec as config


@final
class Finer(Activation):
    """sin(omega_0 (|z| + 1) z): the further out z, the faster the sine, so larger biases reach higher frequencies.

    The published code takes |z| + 1 out of the gradient, and its figures were made so: with `detach_scale` autograd
    is not the function's derivative (at z = 0.4, omega_0 = 30 it gives -19.3, the true slope is -24.9). Derivatives
    of the field by its coordinates are true either way, and so is what is learned from them: see `calculus.slopes`.
    """

    class Spec(config.Spec):
        first_omega_0: config.Positive = Field(description="omega_0 of the first layer, above 0")
        hidden_omega_0: config.Positive = Field(description="omega_0 of the hidden layers, above 0")
        detach_scale: bool = Field(description="whether |z| + 1 counts as a constant in gradients, as published")

    has_omega: ClassVar[bool] = True

    omega_0: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega_0", torch.tensor(spec.first_omega_0 if first else spec.hidden_omega_0))
        self.detach_scale = spec.detach_scale

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        stretched = stretch(z.to(self.omega_0.dtype), self.detach_scale)
        return torch.sin(self.omega_0 * stretched)
