"""The Gaussian with an exponent (Ramasinghe and Lucey, Beyond Periodicity, 2022)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class SuperGaussian(Activation):
    """exp(-z^2 / (2 a^2))^b, as the paper has it: a Gaussian of width a / sqrt b, so only that ratio counts.

    What optics calls a super-Gaussian, exp(-(z^2 / (2 a^2))^b) with its flat top, is another function.
    """

    class Spec(config.Spec):
        a: config.Positive = Field(description="the bump's standard deviation before the exponent, above 0")
        b: config.Positive = Field(description="the exponent, above 0: narrows the bump by sqrt b")

    a: Float[Tensor, ""]
    b: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("a", torch.tensor(spec.a))
        self.register_buffer("b", torch.tensor(spec.b))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        # The exponents are multiplied, not powers taken: exp() is 0 far out, and the slope of 0^b need not be finite.
        return torch.exp(-self.b * (z.to(self.a.dtype) / self.a).square() / 2)
