"""The exponential linear unit (Clevert et al., Fast and Accurate Deep Network Learning by ELUs, 2016)."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Elu(Activation):
    """z above 0, exp(z) - 1 below. Its slope is continuous, its second derivative jumps from 1 to 0 at 0.

    The paper's alpha is 1, as in its experiments: any other breaks the slope at 0.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return functional.elu(z)
