"""Initial weights. A scheme owns the weight and the bias of a layer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import torch
from torch import nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room

Role = Literal["first", "hidden", "last"]


class Init(ABC):
    """Draws the first values of one linear layer; n is its number of inputs."""

    Spec: ClassVar[type[config.Spec]]
    needs_omega: ClassVar[bool] = False
    """Whether the scheme is made for an activation with a frequency."""

    @abstractmethod
    def __init__(self, spec: config.Spec) -> None: ...

    @abstractmethod
    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        """Fill `layer` in place; `activation` is the one behind it (for the last layer, the one before)."""


inits: Room[Init] = Room(__name__, __path__)
