"""Kaiming initialisation (He et al., Delving Deep into Rectifiers, 2015)."""

from __future__ import annotations

import math
from typing import final

import torch
from torch import nn

from inr_cli.init import Init, InitSpec, Role


@final
class KaimingUniform(Init):
    """W ~ U(+-sqrt(6/n)) before an activation, U(+-sqrt(3/n)) in the last layer, which has none; biases zero."""

    class Spec(InitSpec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        gain = 1.0 if role == "last" else math.sqrt(2)
        bound = gain * math.sqrt(3 / layer.in_features)
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.zeros_(layer.bias)
