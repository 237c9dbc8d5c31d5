"""FINER's initialisation (Liu et al., FINER: Flexible spectral-bias tuning, 2024)."""

from __future__ import annotations

from typing import final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.init import Init, InitSpec, Role
from inr_cli.init._siren import draw, siren_bound


@final
class Finer(Init):
    """SIREN's weights; the first layer's biases ~ U(+-first_bias), the others' as PyTorch's own.

    FINER's frequency grows with |z|, so a wide range of first biases is a wide range of frequencies."""

    class Spec(InitSpec):
        first_bias: config.Positive = Field(description="range of the first layer's biases, above 0")

    needs_omega = True

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        bias = self.spec.first_bias if role == "first" else None
        draw(layer, siren_bound(layer, role, activation), generator, bias)
