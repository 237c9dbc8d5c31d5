"""No mask."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.mask import Mask


@final
class None_(Mask):  # noqa: N801 - the word `none` as a class
    """Every feature is open from the start."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, frequencies: Float[Tensor, "features axes"] | None) -> None:
        super().__init__(spec, frequencies)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return features
