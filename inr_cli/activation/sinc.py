"""The cardinal sine (Saratchandran et al., A Sampling Theory Perspective on Activations for INRs, 2024)."""

from __future__ import annotations

import math
from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Sinc(Activation):
    """sin(y) / y with y = pi omega z, and 1 at 0: the ideal low-pass filter's answer to one sample.

    Near 0 its series is summed: the quotient's slopes lose all digits there, `torch.sinc` among others.
    """

    class Spec(config.Spec):
        omega: config.Positive = Field(description="zeros per unit of z, above 0")

    omega: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega", torch.tensor(spec.omega))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        y = math.pi * self.omega * z.to(self.omega.dtype)
        near = y.abs() < 0.5
        far = torch.where(near, 1.0, y)  # both branches are computed, and a 0 / 0 would poison the gradient
        square = torch.where(near, y, 0.0).square()
        series = torch.ones_like(y)
        for k in range(6, 0, -1):  # 1 - y^2/3! + y^4/5! - ...: the first term left out is below 1e-16
            series = 1 - square / (2 * k * (2 * k + 1)) * series
        return torch.where(near, series, far.sin() / far)
