"""The multi-layer perceptron."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.config import spec as config
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.network._layer import initialise, linear
from inr_cli.signal.exact import exact

Width = Annotated[config.Integer, Field(ge=1, le=65_536)]
Total = Annotated[config.Integer, Field(ge=1, le=1_000_000_000)]
Depth = Annotated[config.Integer, Field(ge=0, le=256)]


@final
class Mlp(Network):
    """a(W_h ... a(W_1 a(W_0 x + b_0) + b_1) ...) then a last linear layer: hidden_layers + 2 linear layers in all.

    `hidden_layers` counts the hidden-to-hidden ones (SIREN's 3 is our 3: five linear layers).
    """

    class Spec(config.Spec):
        hidden_features: Width = Field(description="width, 1 to 65536")
        parameters: Total | None = Field(description="learned numbers that decide the width, 1 to 1000000000; or null")
        hidden_layers: Depth = Field(description="hidden-to-hidden layers, 0 to 256")
        output: Literal["linear", "sigmoid"] = Field(description="linear or sigmoid")

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        width = spec.hidden_features
        self.activations = nn.ModuleList(behind := [activation(index == 0) for index in range(spec.hidden_layers + 1)])
        sizes = [in_features] + [width] * spec.hidden_layers
        self.layers = nn.ModuleList(
            linear(fan_in, width * behind[index].inputs, is_complex=behind[0].is_complex and index > 0)
            for index, fan_in in enumerate(sizes)
        )
        self.last = linear(width, channels, is_complex=behind[0].is_complex)
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        initialise([*self.layers, self.last], list(self.activations), init, generator)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        with exact(features):  # coordinates and colours need more than the 8 bits of a bf16 product
            hidden = self.activations[0](self.layers[0](features))
        for layer, activation in zip(self.layers[1:], self.activations[1:], strict=True):
            hidden = activation(layer(hidden))
        with exact(features):
            colours = self.last(hidden if hidden.is_complex() else hidden.to(features.dtype))
            return self.output(colours.real if colours.is_complex() else colours)
