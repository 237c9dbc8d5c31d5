"""No encoding: the coordinates, all in one unit, so that circles stay circles (Dupont et al., COIN, 2021)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding


@final
class ByHeight(Encoding):
    """gamma_a(x) = (x_a + 1) (n_a - 1) / (n_0 - 1) - 1 on axes of n_a pixels: the rows' step for every axis.

    With grid=corner it is COIN's 2 i / (height - 1) - 1 for pixel i of rows and columns alike: a picture of 768 x 512
    has columns from -1 to 2, away from the middle that an init expects. A side of one pixel counts as two.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    ratios: Float[Tensor, " axes"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = len(shape)
        intervals = torch.tensor(shape).sub(1).clamp(min=1)
        self.register_buffer("ratios", intervals / intervals[0])

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch axes"]:
        return (coords + 1) * self.ratios - 1
