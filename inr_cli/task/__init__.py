"""Tasks: what is asked of a field, what it may see of the picture, and how it is judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.room import Room

FieldFunction = Callable[[Tensor], Tensor]
"""Coordinates `(batch, axes)` in [-1, 1] to colours `(batch, channels)` on the unit scale."""
LossFunction = Callable[[Tensor, Tensor], Tensor]


class Task(ABC):
    """Turns a picture into samples to learn from: `coords` `(samples, axes)` and `targets` `(samples, channels)`."""

    Spec: ClassVar[type[config.Spec]]
    coords: Float[Tensor, "samples axes"]
    targets: Float[Tensor, "samples channels"]

    @abstractmethod
    def __init__(
        self,
        spec: config.Spec,
        picture: Float[Tensor, "height width channels"],
        coords: Float[Tensor, "pixels axes"],
    ) -> None:
        """`coords` are the pixels' own, row by row."""

    @abstractmethod
    def objective(
        self,
        field: FieldFunction,
        loss: LossFunction,
        coords: Float[Tensor, "batch axes"],
        targets: Float[Tensor, "batch channels"],
    ) -> Float[Tensor, ""]:
        """What a step makes smaller."""

    @abstractmethod
    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        """The mean square error in [0, 1] units that judges a field, from what the task may see only."""


tasks: Room[Task] = Room(__name__, __path__)
