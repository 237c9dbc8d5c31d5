"""Linear layers, real or complex."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import final

import torch
from jaxtyping import Complex, Float
from torch import Generator, Tensor, nn
from torch.nn import functional

from inr_cli.init import Fill, Role
from inr_cli.signal.exact import exact

FEW = 4
"""Outputs of a layer: as many as a picture has channels."""
MANY = 64
"""Features of a point: as many as a hidden layer may have values."""


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


@final
class NarrowLinear(nn.Linear):
    """W x + b with few outputs, as those of a picture's colours.

    Compiled it is a sum, which the compiler merges with what stands before it: a product of matrices that is so narrow
    takes as long as one many times as wide.
    """

    def forward(self, x: Float[Tensor, "*batch fan_in"]) -> Float[Tensor, "*batch fan_out"]:
        if torch.compiler.is_dynamo_compiling():
            return (x.unsqueeze(-2) * self.weight).sum(dim=-1) + self.bias
        return super().forward(x)


def linear(in_features: int, out_features: int, is_complex: bool) -> nn.Linear | ComplexLinear:
    """A layer of the kind that its input and its width need."""
    if is_complex:
        return ComplexLinear(in_features, out_features)
    kind = NarrowLinear if out_features <= FEW else nn.Linear
    return kind(in_features, out_features)


def as_features_need(features: Float[Tensor, "*batch features"]) -> AbstractContextManager[object]:
    """The context of the product behind the features: exact, unless they are many.

    A coordinate needs more than the 8 bits of a bf16 product, to which neighbours of 1,024 pixels are one. Of many
    features none alone says where a point is: they may be rounded like hidden values, whose products are no larger.
    """
    return exact(features) if features.shape[-1] < MANY else nullcontext()


def initialise(layers: Sequence[nn.Module], activations: Sequence[nn.Module], init: Fill, random: Generator) -> None:
    """Let `init` draw the values of a network's layers in order; the last layer has the last activation before it."""
    hidden: list[Role] = ["hidden"] * (len(layers) - 2)
    roles: list[Role] = ["first", *hidden, "last"]
    for layer, role, activation in zip(layers, roles, [*activations, activations[-1]], strict=True):
        for part in layer.modules():  # real and imaginary parts alike
            if isinstance(part, nn.Linear):
                init(part, role, activation, random)
            elif isinstance(part, nn.Conv1d | nn.Conv2d):
                _initialise_convolution(part, init, role, activation, random)


def _initialise_convolution(
    layer: nn.Conv1d | nn.Conv2d, init: Fill, role: Role, activation: nn.Module, random: Generator
) -> None:
    """As a linear layer of all that one output sees."""
    assert layer.bias is not None
    drawn = nn.Linear(layer.weight[0].numel(), layer.out_channels)
    init(drawn, role, activation, random)
    layer.weight.data = drawn.weight.data.reshape(layer.weight.shape)
    layer.bias.data = drawn.bias.data
