"""Networks: from the features of a point to its colour, before the target range is applied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.config import spec as config
from inr_cli.config.room import Room
from inr_cli.init import Fill


class Network(nn.Module, ABC):
    """Maps the features of each point to `channels` numbers.

    `activation(first)` builds the activation behind a layer.
    """

    Spec: ClassVar[type[config.Spec]]
    pointwise: ClassVar[bool] = True
    """Whether each point stands for itself. If not, `forward` takes a whole grid, `(height, width, features)`."""
    has_activation: ClassVar[bool] = True
    """Whether the chosen activation plays a part."""
    is_linear: ClassVar[bool] = False
    """Whether it is one linear layer, `last`, on the features."""
    per_axis: ClassVar[bool] = False
    """Whether `forward` takes `(*batch, axes, features)`: for each axis, those of the point that is 0 on the others."""

    @abstractmethod
    def __init__(
        self, spec: config.Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]
    ) -> None:
        super().__init__()

    @abstractmethod
    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        """Let `init` draw the first values of every layer."""

    @abstractmethod
    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch channels"]:
        """The network's own output: any number if its output is linear, (0, 1) if sigmoid."""

    def on_grid(
        self, rows: Float[Tensor, "height features"], columns: Float[Tensor, "width features"]
    ) -> Float[Tensor, "height width channels"]:
        """The output of a `per_axis` network at every crossing; overridden where that takes fewer evaluations."""
        size = len(rows), len(columns), -1
        return self(torch.stack([rows[:, None].expand(size), columns[None].expand(size)], dim=-2))


networks: Room[Network] = Room(__name__, __path__)
