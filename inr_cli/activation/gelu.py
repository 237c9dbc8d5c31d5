"""The Gaussian error linear unit (Hendrycks and Gimpel, Gaussian Error Linear Units, 2016)."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Gelu(Activation):
    """z Phi(z) = z (1 + erf(z / sqrt 2)) / 2, with Phi the normal distribution's; exact, not its tanh approximation."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return functional.gelu(z)
