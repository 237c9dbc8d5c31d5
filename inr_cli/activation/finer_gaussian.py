"""The Gaussian of FINER++ (Zhu et al., FINER++: Building a Family of Variable-Periodic Functions, 2024)."""

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
class FinerGaussian(Activation):
    """exp(-(scale sin(omega_0 (|z| + 1) z))^2): a Gaussian of FINER's sine, so it comes back at every zero of it.

    In the authors' public code the layer computes this and returns its input; we follow the paper.
    `detach_scale` as in `finer`.
    """

    class Spec(config.Spec):
        omega_0: config.Positive = Field(description="frequency of the sine at z = 0, above 0")
        scale: config.Positive = Field(description="one over the Gaussian's half-width at 1/e, above 0")
        detach_scale: bool = Field(description="whether |z| + 1 counts as a constant in gradients, as published")

    has_omega: ClassVar[bool] = True

    omega_0: Float[Tensor, ""]
    scale: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega_0", torch.tensor(spec.omega_0))
        self.register_buffer("scale", torch.tensor(spec.scale))
        self.detach_scale = spec.detach_scale

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        stretched = stretch(z.to(self.omega_0.dtype), self.detach_scale)
        return torch.exp(-(self.scale * torch.sin(self.omega_0 * stretched)).square())
