"""The sigmoid linear unit, also swish (Elfwing et al., Sigmoid-Weighted Linear Units, 2018)."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Silu(Activation):
    """z / (1 + exp(-z)): a smooth rectifier with a dip of -0.278 at z = -1.278."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return functional.silu(z)
