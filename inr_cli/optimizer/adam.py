"""Adam (Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.optimizer import Optimizer

Beta = Annotated[config.Number, Field(ge=0, lt=1)]


@final
class Adam(Optimizer):
    """theta -= lr m / (sqrt(v) + eps), with bias-corrected running means m of the gradient and v of its square."""

    class Spec(config.Spec):
        lr: config.Positive = Field(description="learning rate, above 0")
        beta1: Beta = Field(description="memory of the gradient, 0 to below 1")
        beta2: Beta = Field(description="memory of its square, 0 to below 1")
        eps: config.Positive = Field(description="keeps the division finite, above 0")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        return torch.optim.Adam(parameters, lr=spec.lr, betas=(spec.beta1, spec.beta2), eps=spec.eps, fused=True)
