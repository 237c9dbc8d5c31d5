"""SOAP (Vyas et al., Improving and Stabilizing Shampoo using Adam, 2025)."""

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
class Soap(Optimizer):
    """Adam in the eigenbasis of Shampoo: W -= lr Q_L N Q_R^T, N = Adam's step for Q_L^T gradient Q_R.

    Q_L, Q_R hold the eigenvectors of the running means (memory beta2) of G G^T and G^T G. They are exact at the first
    step, which moves nothing, then brought up to date every `precondition_every` steps by one power iteration and a QR.
    Vectors (biases) and axes longer than `max_size` keep their own basis: plain Adam there. The decay is AdamW's.
    """

    class Spec(config.Spec):
        lr: config.Positive = Field(description="learning rate, above 0")
        beta1: Beta = Field(description="memory of the gradient, 0 to below 1")
        beta2: Beta = Field(description="memory of its square and of the bases, 0 to below 1")
        eps: config.Positive = Field(description="keeps the division finite, above 0")
        weight_decay: config.NonNegative = Field(description="pull towards 0 per step and unit of lr, from 0")
        precondition_every: config.Count = Field(description="steps between two updates of the bases, from 1")
        max_size: config.Count = Field(description="longest axis that gets a basis, from 1")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        spec = self.spec
        return pytorch_optimizer("soap").SOAP(
            parameters,
            lr=spec.lr,
            betas=(spec.beta1, spec.beta2),
            eps=spec.eps,
            weight_decay=spec.weight_decay,
            precondition_frequency=spec.precondition_every,
            max_precondition_dim=spec.max_size,
        )
