"""Kaiming initialisation with normal numbers (He et al., Delving Deep into Rectifiers, 2015)."""

from __future__ import annotations

import math
from typing import final

import torch
from torch import nn

from inr_cli.init import Init, InitSpec, Role


@final
class KaimingNormal(Init):
    """W ~ N(0, 2/n) before an activation, N(0, 1/n) in the last layer, which has none; biases zero."""

    class Spec(InitSpec):
        """Takes no numbers of its own."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        gain = 1.0 if role == "last" else math.sqrt(2)
        nn.init.normal_(layer.weight, 0.0, gain / math.sqrt(layer.in_features), generator=generator)
        nn.init.zeros_(layer.bias)
