"""Weights from one range, whatever the layer."""

from __future__ import annotations

from typing import final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.init import Init, InitSpec, Role


@final
class Uniform(Init):
    """W ~ U(low, high); biases zero."""

    class Spec(InitSpec):
        low: config.Number = Field(description="smallest weight")
        high: config.Number = Field(description="largest weight")

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        nn.init.uniform_(layer.weight, self.spec.low, self.spec.high, generator=generator)
        nn.init.zeros_(layer.bias)
