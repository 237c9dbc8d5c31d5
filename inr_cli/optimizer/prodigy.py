"""Prodigy (Mishchenko and Defazio, An Expeditiously Adaptive Parameter-Free Learner, 2024)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.optimizer import Optimizer
from inr_cli.optimizer._extra import pytorch_optimizer

Beta = Annotated[config.Number, Field(ge=0, lt=1)]


@final
class Prodigy(Optimizer):
    """Adam that finds its learning rate: theta -= lr d m / (sqrt(v) + d eps), m and v of d times the gradient.

    d is a lower bound of the distance from the start to a solution, D: d = max(d, d_coef r / |s|_1), where r and s are
    running sums, weighted with d^2 and memory sqrt(beta2), of <gradient, theta_0 - theta> and of the gradient. No bias
    correction, as in the paper's algorithm. `lr` stays 1; a schedule scales it.
    """

    class Spec(config.Spec):
        lr: config.Positive = Field(description="factor on the learning rate it finds, above 0")
        beta1: Beta = Field(description="memory of the gradient, 0 to below 1")
        beta2: Beta = Field(description="memory of its square, 0 to below 1")
        eps: config.Positive = Field(description="keeps the division finite, above 0")
        d0: config.Positive = Field(description="the distance it starts from, above 0")
        d_coef: config.Positive = Field(description="factor on the distance it finds, above 0")
        weight_decay: config.NonNegative = Field(description="pull towards 0 per step and unit of lr d, from 0")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        return pytorch_optimizer("prodigy").Prodigy(
            parameters,
            lr=spec.lr,
            betas=(spec.beta1, spec.beta2),
            eps=spec.eps,
            d0=spec.d0,
            d_coef=spec.d_coef,
            weight_decay=spec.weight_decay,
        )
