"""SIREN's principled initialisation (Sitzmann et al., 2020), as its authors' code has it."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from torch import nn

from inr_cli.init import Init, InitSpec, Role
from inr_cli.init._siren import draw, siren_bound


@final
class Siren(Init):
    """First layer W ~ U(+-1/n), every other W ~ U(+-sqrt(6/n) / omega_0); biases as PyTorch's own, U(+-1/sqrt(n)).

    The weights' part of a hidden pre-activation omega_0 z stays close to N(0, 1), whatever the depth; the biases, which
    omega_0 multiplies too, add a variance of omega_0^2 / (3n). The paper's text gives the first layer another
    bound; the code is what made its figures.
    """

    class Spec(InitSpec):
        """Takes no numbers: omega_0 is the activation's."""

    needs_omega: ClassVar[bool] = True

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        draw(layer, siren_bound(layer, role, activation), generator)
