"""The basic encoding (Tancik et al., Fourier Features Let Networks Learn High Frequency Functions, 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import sines_and_cosines, unit


@final
class Basic(Encoding):
    """gamma(x) = [sin(2 pi u), cos(2 pi u)] with u = (x + 1) / 2 in [0, 1]: one cycle per picture side and axis.

    The paper's B = identity. It wraps the picture round, so opposite edges have equal features. Features: 2 * axes.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    B: Float[Tensor, "axes axes"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.out_features = 2 * len(shape)
        self.register_buffer("B", torch.eye(len(shape)))

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """One cycle along one axis each."""
        return self.B.repeat(2, 1)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        return sines_and_cosines(unit(coords) @ self.B.T)
