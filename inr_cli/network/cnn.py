"""Convolutions over the coordinate grid, as a note on learning an image with Fourier series has them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import ClassVar, Literal, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.config import spec as config
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.network._layer import initialise
from inr_cli.network.mlp import Widths
from inr_cli.signal.exact import exact


@final
class Cnn(Network):
    """3x3 convolutions with zero padding, fed with the coordinates of every pixel: a picture from a picture of places.

    The counter-example of the Fourier-features notes: neighbourhoods do not cure the spectral bias of smooth inputs.
    It is no function of a single point, so it trains on all pixels at once and renders whole pictures only.
    """

    class Spec(config.Spec):
        hidden_features: Widths = Field(description="channels of each hidden layer, a list such as [64,128,512]")
        output: Literal["linear", "sigmoid"] = Field(description="linear or sigmoid")

    pointwise: ClassVar[bool] = False

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        sizes = [in_features, *spec.hidden_features, channels]
        self.layers = nn.ModuleList(
            nn.Conv2d(fan_in, fan_out, kernel_size=3, padding=1) for fan_in, fan_out in itertools.pairwise(sizes)
        )
        self.activations = nn.ModuleList(activation(index == 0) for index in range(len(spec.hidden_features)))
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        initialise(list(self.layers), list(self.activations), init, generator)

    def forward(self, features: Float[Tensor, "height width features"]) -> Float[Tensor, "height width channels"]:
        with exact(features):
            hidden = features.permute(2, 0, 1)[None]
            for layer, activation in zip(self.layers[:-1], self.activations, strict=True):
                hidden = activation(layer(hidden).movedim(1, -1)).movedim(-1, 1)
            return self.output(self.layers[-1](hidden)[0].permute(1, 2, 0))
