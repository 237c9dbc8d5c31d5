"""One linear layer (Benbarka et al., Seeing Implicit Neural Representations as Fourier Series, 2021)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.config import spec as config
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.signal.exact import exact


@final
class Perceptron(Network):
    """W gamma(x) + b: behind an encoding of sines and cosines this is a Fourier series, and W its coefficients.

    It has no activation; the init draws W as that of a last layer.
    """

    class Spec(config.Spec):
        output: Literal["linear", "sigmoid"] = Field(description="linear or sigmoid")

    has_activation = False
    is_linear = True

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        self.last = nn.Linear(in_features, channels)
        self.never = activation(True)  # what an init may ask for its frequency
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        init(self.last, "last", self.never, generator)

    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        with exact(features):
            return self.output(self.last(features))
