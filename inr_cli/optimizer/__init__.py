"""Optimisers: the update that follows a gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

import torch
from torch import nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Optimizer(ABC):
    """Builds a PyTorch optimiser over a field's parameters; the schedule scales its `lr`."""

    Spec: ClassVar[type[config.Spec]]

    @abstractmethod
    def __init__(self, spec: config.Spec) -> None: ...

    @abstractmethod
    def build(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """The optimiser, at its full learning rate."""


optimizers: Room[Optimizer] = Room(__name__, __path__)
