"""Low frequencies first (Park et al., Nerfies, 2021; Lin et al., BARF, 2021; Benbarka et al., 2022, for lattices)."""

from __future__ import annotations

import math
from typing import Annotated, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.mask import Mask

End = Annotated[config.Number, Field(gt=0, le=1)]


@final
class CoarseToFine(Mask):
    """Features of frequency n are weighted by (1 - cos(pi clamp(alpha - |n|, 0, 1))) / 2.

    alpha grows linearly from 1, where only n = 0 is open, to max |n| + 1, reached at the share `end` of the run, so
    that from there on every weight is exactly 1. |n| is in cycles per picture side. The features are weighted, not
    the rows of B: a frequency is never changed, only dimmed.
    """

    class Spec(config.Spec):
        end: End = Field(description="share of the run after which all is open, above 0 to 1")

    needs_frequencies = True
    norms: Float[Tensor, " features"]
    end: Float[Tensor, ""]
    progress: Float[Tensor, ""]

    def __init__(self, spec: Spec, frequencies: Float[Tensor, "features axes"] | None) -> None:
        super().__init__(spec, frequencies)
        assert frequencies is not None
        self.register_buffer("norms", frequencies.detach().norm(dim=-1))
        self.register_buffer("end", torch.tensor(spec.end))
        self.register_buffer("progress", torch.tensor(0.0))

    def advance(self, progress: float) -> None:
        self.progress.fill_(progress)

    def weights(self) -> Float[Tensor, " features"]:
        """The weight of each feature now, 0 to 1."""
        alpha = 1 + self.norms.max() * (self.progress / self.end).clamp(max=1)
        return (1 - torch.cos(math.pi * (alpha - self.norms).clamp(0, 1))) / 2

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return features * self.weights()
