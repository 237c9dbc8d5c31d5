"""Xavier initialisation (Glorot and Bengio, 2010), Keras's default."""

from __future__ import annotations

import math
from typing import final

import torch
from torch import nn

from inr_cli.init import Init, InitSpec, Role


@final
class XavierUniform(Init):
    """W ~ U(+-sqrt(6 / (n + m))) with m outputs; biases zero."""

    class Spec(InitSpec):
        """Takes no numbers of its own."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        bound = math.sqrt(6 / (layer.in_features + layer.out_features))
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.zeros_(layer.bias)
