"""The Huber loss (Huber, Robust Estimation of a Location Parameter, 1964)."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from pydantic import Field
from torch import Tensor
from torch.nn import functional

from inr_cli.config import spec as config
from inr_cli.loss import Loss


@final
class Huber(Loss):
    """mean(h(p - t)): h(x) = x^2 / 2 up to |x| = delta, from there the tangent, delta (|x| - delta / 2).

    Huber's own scale, as PyTorch's `huber_loss`: for a large delta it is half of `mse`. PyTorch's `smooth_l1_loss`
    divides it by delta, instant-ngp by 5. `delta` is a difference of colours on the unit scale.
    """

    class Spec(config.Spec):
        delta: config.Positive = Field(description="difference of colours where the parabola ends, above 0")

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None:
        self.delta = spec.delta

    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        return functional.huber_loss(prediction, target, delta=self.delta)
