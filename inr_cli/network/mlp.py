"""The multi-layer perceptron."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Annotated, Literal, final

import torch
from jaxtyping import Float
from pydantic import Field, ValidationInfo, field_validator
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.config import spec as config
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.network._layer import as_features_need, initialise, linear
from inr_cli.signal.exact import exact

Width = Annotated[config.Integer, Field(ge=1, le=65_536)]
Widths = Annotated[tuple[Width, ...], Field(min_length=1, max_length=257)]
Total = Annotated[config.Integer, Field(ge=1, le=1_000_000_000)]
Depth = Annotated[config.Integer, Field(ge=0, le=256)]


@final
class Mlp(Network):
    """a(W_h ... a(W_1 a(W_0 x + b_0) + b_1) ...) then a last linear layer: hidden_layers + 2 linear layers in all.

    `hidden_layers` counts the hidden-to-hidden ones (SIREN's 3 is our 3: five linear layers). The hidden layers have
    one width, or a list of widths has one for each.
    """

    class Spec(config.Spec):
        hidden_features: Width | Widths = Field(description="width, 1 to 65536, or one per layer such as [128,256]")
        parameters: Total | None = Field(description="learned numbers that decide the width, 1 to 1000000000; or null")
        hidden_layers: Depth = Field(description="hidden-to-hidden layers, 0 to 256")
        output: Literal["linear", "sigmoid"] = Field(description="linear or sigmoid")

        @field_validator("hidden_layers")
        @classmethod
        def _as_many_as_widths(cls, hidden_layers: int, info: ValidationInfo) -> int:
            widths = info.data.get("hidden_features")
            if isinstance(widths, tuple) and len(widths) != hidden_layers + 1:
                raise ValueError(
                    f"network.hidden_features={list(widths)} has {len(widths)} widths: set it to {len(widths) - 1}"
                )
            return hidden_layers

        @property
        def widths(self) -> tuple[int, ...]:
            """The outputs of every layer but the last."""
            width = self.hidden_features
            return width if isinstance(width, tuple) else (width,) * (self.hidden_layers + 1)

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        self.activations = nn.ModuleList(behind := [activation(index == 0) for index in range(spec.hidden_layers + 1)])
        sizes = itertools.pairwise([in_features, *spec.widths])
        self.layers = nn.ModuleList(
            linear(fan_in, width * behind[index].inputs, is_complex=behind[0].is_complex and index > 0)
            for index, (fan_in, width) in enumerate(sizes)
        )
        self.last = linear(spec.widths[-1], channels, is_complex=behind[0].is_complex)
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        initialise([*self.layers, self.last], list(self.activations), init, generator)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        with as_features_need(features):
            hidden = self.activations[0](self.layers[0](features))
        for layer, activation in zip(self.layers[1:], self.activations[1:], strict=True):
            hidden = activation(layer(hidden))
        with exact(features):  # colours need more than the 8 bits of a bf16 product
            colours = self.last(hidden if hidden.is_complex() else hidden.to(features.dtype))
            return self.output(colours.real if colours.is_complex() else colours)
