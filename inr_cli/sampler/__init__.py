"""Samplers: which pixels a step sees."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from jaxtyping import Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Sampler(ABC):
    """Names the pixels of each step. A batch is a pure function of (seed, step), so a resumed run sees the same."""

    Spec: ClassVar[type[config.Spec]]

    @abstractmethod
    def __init__(self, spec: config.Spec, count: int, batch_size: int, seed: int, device: torch.device) -> None: ...

    @abstractmethod
    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        """Indices in [0, count) of the pixels of that step, on the device."""


samplers: Room[Sampler] = Room(__name__, __path__)
