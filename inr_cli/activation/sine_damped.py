"""The damped sine of SPDER (Shah and Sitawarin, Semiperiodic Damping-Enabled Object Representation, 2024)."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class SineDamped(Activation):
    """sin(y) sqrt|y| with y = omega_0 z: the square root, the damping, keeps how far out z is.

    omega_0 is below the root too, as in the authors' code: the values then stay near unit variance under SIREN's
    init, and without it each layer would shrink them by sqrt(omega_0). The slope at 0 is 0, where plain autograd
    finds inf x 0; the second derivative grows as 1 / sqrt|y| and is not claimed.
    """

    class Spec(config.Spec):
        first_omega_0: config.Positive = Field(description="omega_0 of the first layer, above 0")
        hidden_omega_0: config.Positive = Field(description="omega_0 of the hidden layers, above 0")

    has_omega: ClassVar[bool] = True
    derivatives = 1

    omega_0: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega_0", torch.tensor(spec.first_omega_0 if first else spec.hidden_omega_0))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        y = self.omega_0 * z.to(self.omega_0.dtype)
        # Below the smallest normal number the root is held constant, so that its infinite slope never meets a zero.
        return torch.sin(y) * y.abs().clamp(min=torch.finfo(y.dtype).tiny).sqrt()
