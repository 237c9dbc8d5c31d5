"""FourierNet (Fathony et al., Multiplicative Filter Networks, 2021)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.network._filters import FilterSpec, Products, SineFilter
from inr_cli.signal.exact import exact


@final
class FourierMfn(Network):
    """Products of linear layers with filters g(x) = sin(Omega x + phi) of the coordinates: a sum of sines of x.

    Omega ~ input_scale / sqrt(hidden_layers + 1) U(+-1/sqrt(n)), phi ~ U(+-pi), W ~ U(+-1/sqrt(n)), as the authors'
    code; it has its own init and no activation, so those two groups play no part. Meant for `encoding=identity`.
    """

    class Spec(FilterSpec):
        """The numbers of every multiplicative filter network."""

    has_activation = False

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        self.scale = spec.input_scale / math.sqrt(spec.hidden_layers + 1)
        filters = [SineFilter(in_features, spec.hidden_features) for _ in range(spec.hidden_layers + 1)]
        self.products = Products(filters, spec.hidden_features, channels)
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        for gate in self.products.filters:
            assert isinstance(gate, SineFilter)
            gate.initialise(self.scale, generator)
        self.products.initialise(generator)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        with exact(features):
            return self.output(self.products(features))
