"""Weights from one range, whatever the layer."""

from __future__ import annotations

from typing import Annotated, final

import torch
from pydantic import Field, ValidationInfo, field_validator
from torch import nn

from inr_cli.config import spec as config
from inr_cli.init import Init, InitSpec, Role

Weight = Annotated[config.Number, Field(ge=-1e9, le=1e9)]


@final
class Uniform(Init):
    """W ~ U(low, high); biases zero."""

    class Spec(InitSpec):
        low: Weight = Field(description="smallest weight, -1e9 to 1e9")
        high: Weight = Field(description="largest weight, from low to 1e9")

        @field_validator("high")
        @classmethod
        def _not_below_low(cls, high: float, info: ValidationInfo) -> float:
            low = info.data.get("low", high)
            if high < low:
                raise ValueError(f"must not be below low={low:g}")
            return high

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        nn.init.uniform_(layer.weight, self.spec.low, self.spec.high, generator=generator)
        nn.init.zeros_(layer.bias)
