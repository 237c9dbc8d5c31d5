"""The mean absolute error."""

from __future__ import annotations

from typing import final

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from inr_cli.config import spec as config
from inr_cli.loss import Loss


@final
class L1(Loss):
    """mean(abs(p - t))."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None: ...

    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        return functional.l1_loss(prediction, target)
