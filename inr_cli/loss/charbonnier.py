"""The Charbonnier loss (Charbonnier et al., 1994; for pictures Lai et al., LapSRN, 2017)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.loss import Loss


@final
class Charbonnier(Loss):
    """mean(sqrt((p - t)^2 + epsilon^2)): `l1` with its corner rounded off; epsilon, not 0, where p = t.

    LapSRN's form, epsilon squared: public codes that add a bare 1e-6 mean the same 1e-3, those that add 1e-3 do not.
    """

    class Spec(config.Spec):
        epsilon: config.Positive = Field(description="difference of colours below which it is a parabola, above 0")

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None:
        self.epsilon = spec.epsilon

    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        return torch.mean(torch.sqrt((prediction - target) ** 2 + self.epsilon**2))
