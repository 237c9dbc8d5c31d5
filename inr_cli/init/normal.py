"""Weights from one bell curve, whatever the layer."""

from __future__ import annotations

from typing import final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.init import Init, InitSpec, Role


@final
class Normal(Init):
    """W ~ N(0, std^2); biases zero."""

    class Spec(InitSpec):
        std: config.Positive = Field(description="standard deviation of the weights, above 0")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        nn.init.normal_(layer.weight, 0.0, self.spec.std, generator=generator)
        nn.init.zeros_(layer.bias)
