"""Adam with decoupled weight decay (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019)."""

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
class Adamw(Optimizer):
    """theta -= lr weight_decay theta, then Adam's step: the decay is not divided by the gradient's size.

    As in PyTorch the decay is scaled by the learning rate, so a schedule scales both; the paper has a factor of its
    own for the schedule and none for lr.
    """

    class Spec(config.Spec):
        lr: config.Positive = Field(description="learning rate, above 0")
        beta1: Beta = Field(description="memory of the gradient, 0 to below 1")
        beta2: Beta = Field(description="memory of its square, 0 to below 1")
        eps: config.Positive = Field(description="keeps the division finite, above 0")
        weight_decay: config.NonNegative = Field(description="pull towards 0 per step and unit of lr, from 0")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec, betas = self.spec, (self.spec.beta1, self.spec.beta2)
        return torch.optim.AdamW(
            parameters, lr=spec.lr, betas=betas, eps=spec.eps, weight_decay=spec.weight_decay, fused=True
        )
