"""The rectifier (Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010)."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Relu(Activation):
    """max(z, 0): its second derivative is zero almost everywhere."""

    derivatives = 1  # the second one that autograd gives misses the kink, where all of it is

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return z.relu()
