"""Xavier initialisation with normal numbers (Glorot and Bengio, 2010)."""

from __future__ import annotations

import math
from typing import final

import torch
from torch import nn

from inr_cli.init import Init, InitSpec, Role


@final
class XavierNormal(Init):
    """W ~ N(0, 2 / (n + m)) with m outputs; biases zero."""

    class Spec(InitSpec):
        """Takes no numbers of its own."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        deviation = math.sqrt(2 / (layer.in_features + layer.out_features))
        nn.init.normal_(layer.weight, 0.0, deviation, generator=generator)
        nn.init.zeros_(layer.bias)
