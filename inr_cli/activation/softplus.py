"""The soft rectifier (Dugas et al., Incorporating Second-Order Functional Knowledge, 2001)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor
from torch.nn import functional

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Softplus(Activation):
    """log(1 + exp(beta z)) / beta: the rectifier's corner rounded over a width of 1 / beta.

    Signed distances are fitted with beta = 100 (Gropp et al., Implicit Geometric Regularization, 2020).
    """

    class Spec(config.Spec):
        beta: config.Positive = Field(
            description="sharpness of the corner, above 0: the larger, the nearer to a rectifier"
        )

    beta: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("beta", torch.tensor(spec.beta))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return functional.softplus(self.beta * z.to(self.beta.dtype)) / self.beta
