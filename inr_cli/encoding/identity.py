"""No encoding: the network sees the coordinates themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding


@final
class Identity(Encoding):
    """gamma(x) = x, with x in [-1, 1]; what SIREN expects, and what shows a relu network's spectral bias."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = len(shape)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch axes"]:
        return coords
