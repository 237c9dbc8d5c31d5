"""Stochastic gradient descent (Robbins and Monro, A Stochastic Approximation Method, 1951)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.optimizer import Optimizer

Momentum = Annotated[config.Number, Field(ge=0, lt=1)]


@final
class Sgd(Optimizer):
    """v = momentum v + gradient; theta -= lr v (with Nesterov's look-ahead: gradient + momentum v instead of v)."""

    class Spec(config.Spec):
        lr: config.Positive = Field(description="learning rate, above 0")
        momentum: Momentum = Field(description="memory of past gradients, 0 to below 1")
        nesterov: bool = Field(description="Nesterov's look-ahead; needs momentum")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        return torch.optim.SGD(
            parameters, lr=spec.lr, momentum=spec.momentum, nesterov=spec.nesterov and spec.momentum > 0, fused=True
        )
