"""GaborNet (Fathony et al., Multiplicative Filter Networks, 2021)."""

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


class GaborFilter(nn.Module):
    """sin(Omega x + phi) exp(-gamma / 2 |x - mu|^2), each feature with a place mu and a width of its own."""

    def __init__(self, in_features: int, width: int) -> None:
        super().__init__()
        self.sine = SineFilter(in_features, width)
        self.mu = nn.Parameter(torch.empty(width, in_features))
        self.gamma = nn.Parameter(torch.empty(width))

    def initialise(self, scale: float, share: int, generator: torch.Generator) -> None:
        """mu ~ U(+-1), gamma ~ Gamma(6 / share, 1), and Omega of the sine times sqrt(gamma)."""
        self.sine.initialise(scale, generator)
        nn.init.uniform_(self.mu, -1, 1, generator=generator)
        with torch.no_grad():
            shape = torch.full(self.gamma.shape, 6.0 / share)
            self.gamma.copy_(torch._standard_gamma(shape, generator=generator))
            self.sine.linear.weight.mul_(self.gamma.sqrt()[:, None])

    def forward(self, x: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch width"]:
        # |x - mu|^2 multiplied out: the differences would take width times the memory of the result
        squared = (x**2).sum(-1, keepdim=True) + (self.mu**2).sum(-1) - 2 * x @ self.mu.T
        return self.sine(x) * torch.exp(-self.gamma / 2 * squared)


@final
class GaborMfn(Network):
    """Products of linear layers with Gabor filters of the coordinates: sines inside Gaussian windows.

    As `fourier_mfn`, with mu ~ U(+-1), gamma ~ Gamma(6 / (hidden_layers + 1), 1) and Omega times sqrt(gamma).
    """

    class Spec(FilterSpec):
        """The numbers of every multiplicative filter network."""

    has_activation = False

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        self.count = spec.hidden_layers + 1
        self.scale = spec.input_scale / math.sqrt(self.count)
        filters = [GaborFilter(in_features, spec.hidden_features) for _ in range(self.count)]
        self.products = Products(filters, spec.hidden_features, channels)
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        for gate in self.products.filters:
            assert isinstance(gate, GaborFilter)
            gate.initialise(self.scale, self.count, generator)
        self.products.initialise(generator)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        with exact(features):
            return self.output(self.products(features))
