"""Schedules: the learning rate over a run, as a factor of the optimiser's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Warm(config.Spec):
    """What all schedules share."""

    warmup: config.Fraction = Field(description="share of the run that ramps up from 0, 0 to 1")


class Schedule(ABC):
    """A shape over progress in [0, 1], behind a linear warm-up; never a step count."""

    Spec: ClassVar[type[Warm]]

    @abstractmethod
    def __init__(self, spec: Warm) -> None:
        self.warmup = spec.warmup

    @abstractmethod
    def shape(self, progress: float) -> float:
        """The factor at `progress` of what follows the warm-up."""

    def __call__(self, progress: float) -> float:
        """The factor at `progress` of the run: p / warmup while p < warmup, then the shape over the rest."""
        if progress < self.warmup:
            return progress / self.warmup
        rest = 1 - self.warmup
        return self.shape((progress - self.warmup) / rest if rest else 1.0)


schedules: Room[Schedule] = Room(__name__, __path__)
