"""The multi-layer perceptron as 1x1 convolutions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.network._layer import as_features_need, initialise
from inr_cli.network.mlp import Mlp
from inr_cli.signal.exact import exact


@final
class PixelMlp(Network):
    """The same function as `mlp` with the same values, computed by 1x1 convolutions over the points.

    Notebooks on Fourier features often write it so; here it shows that the two are one. For real activations.
    """

    class Spec(Mlp.Spec):
        """The numbers of `mlp`."""

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        self.activations = nn.ModuleList(activation(index == 0) for index in range(spec.hidden_layers + 1))
        sizes = itertools.pairwise([in_features, *spec.widths])
        self.layers = nn.ModuleList(nn.Conv1d(fan_in, width, kernel_size=1) for fan_in, width in sizes)
        self.last = nn.Conv1d(spec.widths[-1], channels, kernel_size=1)
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        initialise([*self.layers, self.last], list(self.activations), init, generator)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        batch = features.shape[:-1]
        points = features.reshape(-1, features.shape[-1]).T[None]  # (1, features, points)
        with as_features_need(features):
            hidden = self.activations[0](self.layers[0](points).mT).mT
        for layer, activation in zip(self.layers[1:], self.activations[1:], strict=True):
            hidden = activation(layer(hidden).mT).mT
        with exact(features):
            colours = self.last(hidden.to(features.dtype))[0]
            return self.output(colours.T.unflatten(0, batch) if batch else colours[:, 0])
