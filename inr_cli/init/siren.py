"""SIREN's principled initialisation (Sitzmann et al., 2020), as its authors' code has it."""

from __future__ import annotations

import math
from typing import ClassVar, final

import torch
from torch import nn

from inr_cli.config import spec as config
from inr_cli.init import Init, Role


@final
class Siren(Init):
    """First layer W ~ U(+-1/n), every other W ~ U(+-sqrt(6/n) / omega_0); biases as PyTorch's own, U(+-1/sqrt(n)).

    The weights' part of every pre-activation omega_0 z stays close to N(0, 1), whatever the depth; the biases, which
    omega_0 multiplies too, add a variance of omega_0^2 / (3n). The paper's text gives the first layer another
    bound; the code is what made its figures.
    """

    class Spec(config.Spec):
        """Takes no numbers: omega_0 is the activation's."""

    needs_omega: ClassVar[bool] = True

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        n = layer.in_features
        bound = 1 / n if role == "first" else math.sqrt(6 / n) / float(activation.get_buffer("omega_0"))
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.uniform_(layer.bias, -1 / math.sqrt(n), 1 / math.sqrt(n), generator=generator)
