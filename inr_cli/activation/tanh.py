"""The hyperbolic tangent (LeCun et al., Efficient BackProp, 1998)."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Tanh(Activation):
    """tanh z: smooth and bounded by 1, slope 1 at 0.

    The usual choice of the physics-informed networks (Raissi et al., Physics-Informed Neural Networks, 2019).
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return z.tanh()
