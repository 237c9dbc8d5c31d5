"""Optimisers: the update that follows a gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Optimizer(ABC):
    """Builds a PyTorch optimiser over a field's parameters; the schedule scales the `lr` of its groups.

    Its `step` is always handed a closure, so that one that looks at the loss several times can.
    """

    Spec: ClassVar[type[config.Spec]]
    needs_full_batch: ClassVar[bool] = False
    """Whether it takes the loss for the same function at every step."""

    @abstractmethod
    def __init__(self, spec: config.Spec) -> None: ...

    @abstractmethod
    def build(self, parameters: Sequence[nn.Parameter]) -> torch.optim.Optimizer:
        """The optimiser, at its full learning rate; parameters come from the first layer to the last."""


optimizers: Room[Optimizer] = Room(__name__, __path__)
