"""The relative square error (Lehtinen et al., Noise2Noise, 2018)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.loss import Loss


@final
class RelativeL2(Loss):
    """mean((p - t)^2 / (sg(p)^2 + epsilon)), where sg lets no gradient through: dark colours count for more.

    As tiny-cuda-nn's `RelativeL2` (Müller, 2021), whose epsilon is 0.01. It divides by the prediction and not by the
    target, so that the mean of noisy targets is learned; without the sg, a prediction would gain by being too bright.
    """

    class Spec(config.Spec):
        epsilon: config.Positive = Field(description="keeps black finite: a squared colour, above 0")

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None:
        self.epsilon = spec.epsilon

    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        return torch.mean((prediction - target) ** 2 / (prediction.detach() ** 2 + self.epsilon))
