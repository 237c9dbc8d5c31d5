"""Samplers: which pixels a step sees."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.room import Room
from inr_cli.signal.seed import generator


@dataclass(frozen=True)
class Samples:
    """What there is to choose from, and how often."""

    count: int
    """The pixels that the task shows."""
    shape: tuple[int, int] | None
    """Their rows and columns, if they stand on a regular grid, row by row."""
    batch_size: int
    """Pixels per step, at most `count`."""
    steps: int
    """The length of the run."""
    seed: int
    device: torch.device

    def generator(self, step: int) -> torch.Generator:
        """Where a step's random numbers come from."""
        return generator(self.seed, f"batch {step}", self.device)


class Sampler(ABC):
    """Names the pixels of each step.

    A batch is a pure function of the seed, the step and what the sampler was last told of the errors, so that a run
    that goes on after a stop sees the same pixels.
    """

    Spec: ClassVar[type[config.Spec]]
    needs_full_batch: ClassVar[bool] = False
    """Whether a step must see all pixels."""
    takes_all: ClassVar[bool] = False
    """Whether a batch of as many pixels as there are has each of them once, in whatever order."""
    needs_grid: ClassVar[bool] = False
    """Whether the pixels must stand on a regular grid."""
    needs_errors: ClassVar[bool] = False
    """Whether it is told the errors of all pixels from time to time."""

    @abstractmethod
    def __init__(self, spec: config.Spec, samples: Samples) -> None: ...

    @abstractmethod
    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        """Indices in [0, count) of the pixels of that step, on the device."""

    def weights(self, chosen: Int[Tensor, " batch"]) -> Float[Tensor, " batch"] | None:
        """What the gradient of each pixel of a batch is multiplied with; None = 1."""
        return None

    def wants_errors(self, step: int) -> bool:
        """Whether `learn` is to be called before that step's batch."""
        return False

    def learn(self, errors: Float[Tensor, " count"]) -> None:
        """Be told the mean absolute error of every pixel over its channels, as the field is now."""
        return

    def state(self) -> dict[str, Tensor]:
        """What it was told, for a run that goes on later."""
        return {}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Know again what `state` said. Raises `ValueError` if it is of another sampler."""
        if state:
            raise ValueError("what another sampler knew")


samplers: Room[Sampler] = Room(__name__, __path__)
