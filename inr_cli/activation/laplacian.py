"""The Laplacian peak (Ramasinghe and Lucey, Beyond Periodicity, 2022)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.config import spec as config


@final
class Laplacian(Activation):
    """exp(-|z| / a): a peak with a kink at 0, where the gradient is taken to be 0."""

    class Spec(config.Spec):
        a: config.Positive = Field(description="the peak's half-width at 1/e, above 0")

    derivatives = 1  # the second one that autograd gives misses the kink

    a: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("a", torch.tensor(spec.a))

    def forward(self, z: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        return torch.exp(-z.to(self.a.dtype).abs() / self.a)
