"""Binary cross-entropy, with colours read as probabilities."""

from __future__ import annotations

from typing import ClassVar, final

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from inr_cli.config import spec as config
from inr_cli.loss import Loss
from inr_cli.signal.exact import exact


@final
class Bce(Loss):
    """-mean(t log p + (1 - t) log(1 - p)), logarithms floored at -100; smallest, but not zero, where p = t."""

    class Spec(config.Spec):
        """Takes no numbers."""

    needs_sigmoid: ClassVar[bool] = True

    def __init__(self, spec: Spec, shape: tuple[int, int]) -> None: ...

    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        with exact(target):  # logarithms of what is near 0 and 1, which CUDA's autocast refuses to take
            return functional.binary_cross_entropy(prediction.to(target.dtype), target)
