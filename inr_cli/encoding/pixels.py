"""No encoding and no normalisation: the network is told pixel numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import unit


@final
class Pixels(Encoding):
    """gamma(x) = n (x + 1) / 2 on an axis of n pixels: with grid=left the numbers 0, 1, ..., n - 1, up to rounding.

    With grid=centre they are half a pixel more. Notebooks that feed `arange` to a network do this, and it learns badly:
    inputs in the hundreds make the first layer's gradients as large.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    sides: Float[Tensor, " axes"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = len(shape)
        self.register_buffer("sides", torch.tensor(shape, dtype=torch.float32))

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch axes"]:
        return self.sides * unit(coords)
