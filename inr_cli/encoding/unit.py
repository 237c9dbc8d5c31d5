"""No encoding: the network sees the coordinates, counted from the top-left corner in picture sides."""

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
class Unit(Encoding):
    """gamma(x) = (x + 1) / 2 in [0, 1], where x is in [-1, 1].

    What the Fourier-features study (Tancik et al., 2020) and its followers feed to a network "without encoding"; with
    grid=left it is their linspace(0, 1) without its end.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = len(shape)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch axes"]:
        return unit(coords)
