"""SIREN's initialisation as slide decks and TensorFlow ports have it."""

from __future__ import annotations

import math
from typing import final

import torch
from torch import nn

from inr_cli.init import Init, InitSpec, Role
from inr_cli.init._siren import draw


@final
class SirenSlide(Init):
    """First layer W ~ U(+-sqrt(6/n)), every other W ~ U(+-sqrt(6/n) / omega_0); biases as PyTorch's own.

    The paper's text allows this reading; the authors' code has 1/n in the first layer (`siren`). With two inputs the
    bound is 1.73 instead of 0.5: as if first_omega_0 were 3.5 times higher."""

    class Spec(InitSpec):
        """Takes no numbers of its own."""

    needs_omega = True

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        omega_0 = 1.0 if role == "first" else float(activation.get_buffer("omega_0"))
        draw(layer, math.sqrt(6 / layer.in_features) / omega_0, generator)
