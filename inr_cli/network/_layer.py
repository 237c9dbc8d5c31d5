"""Linear layers, real or complex."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Complex
from torch import Tensor, nn
from torch.nn import functional

from inr_cli.init import Fill, Role


@final
class ComplexLinear(nn.Module):
    """(R + iI) x + (r + is) for complex or real x, kept as two real layers.

    So every learned number stays real: any optimiser, checkpoint or change of precision takes it as it is.
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.real = nn.Linear(in_features, out_features)
        self.imaginary = nn.Linear(in_features, out_features)

    def forward(self, x: Complex[Tensor, "*batch fan_in"]) -> Complex[Tensor, "*batch fan_out"]:
        weight = torch.complex(self.real.weight, self.imaginary.weight)
        bias = torch.complex(self.real.bias, self.imaginary.bias)
        return functional.linear(x.to(weight.dtype), weight, bias)


def linear(in_features: int, out_features: int, is_complex: bool) -> nn.Linear | ComplexLinear:
    """A layer of the kind that its input needs."""
    return ComplexLinear(in_features, out_features) if is_complex else nn.Linear(in_features, out_features)


def initialise(layer: nn.Module, init: Fill, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
    """Let `init` draw the values of one layer, real and imaginary parts alike."""
    for part in layer.modules():
        if isinstance(part, nn.Linear):
            init(part, role, activation, generator)
