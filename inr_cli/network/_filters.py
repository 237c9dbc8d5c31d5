"""Multiplicative filter networks (Fathony et al., Multiplicative Filter Networks, 2021): what the two kinds share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.network._layer import linear
from inr_cli.network.mlp import Total, Width

Layers = Annotated[config.Integer, Field(ge=0, le=64)]


class FilterSpec(config.Spec):
    """The numbers of a multiplicative filter network."""

    hidden_features: Width = Field(description="width, 1 to 65536")
    parameters: Total | None = Field(description="learned numbers that decide the width, 1 to 1000000000; or null")
    hidden_layers: Layers = Field(description="multiplications, 0 to 64")
    input_scale: config.Positive = Field(description="how fast the filters oscillate, above 0")
    output: Literal["linear", "sigmoid"] = Field(description="linear or sigmoid")


class Products(nn.Module):
    """h_1 = g_1(x), h_{i+1} = g_{i+1}(x) (W_i h_i + b_i), then a last linear layer; no activation anywhere."""

    def __init__(self, filters: Sequence[nn.Module], width: int, channels: int) -> None:
        super().__init__()
        self.filters = nn.ModuleList(filters)
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in filters[1:])
        self.last = linear(width, channels, is_complex=False)

    def initialise(self, generator: torch.Generator) -> None:
        """W ~ U(+-1/sqrt(n)), as the authors' code, and biases as PyTorch's own, which is the same range."""
        for layer in (*self.layers, self.last):
            assert isinstance(layer, nn.Linear)
            bound = 1 / math.sqrt(layer.in_features)
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            nn.init.uniform_(layer.bias, -bound, bound, generator=generator)

    def forward(self, x: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch channels"]:
        hidden = self.filters[0](x)
        for gate, layer in zip(self.filters[1:], self.layers, strict=True):
            hidden = gate(x) * layer(hidden)
        return self.last(hidden)


class SineFilter(nn.Module):
    """sin(Omega x + phi), elementwise over the width."""

    def __init__(self, in_features: int, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, width)

    def initialise(self, scale: float, generator: torch.Generator) -> None:
        """Omega ~ scale U(+-1/sqrt(n)), phi ~ U(+-pi)."""
        bound = scale / math.sqrt(self.linear.in_features)
        nn.init.uniform_(self.linear.weight, -bound, bound, generator=generator)
        nn.init.uniform_(self.linear.bias, -math.pi, math.pi, generator=generator)

    def forward(self, x: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch width"]:
        return torch.sin(self.linear(x))
