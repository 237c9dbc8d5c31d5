"""Losses: how far predicted colours are from the picture's, on the unit scale whatever the network learns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Loss(ABC):
    """A mean over points and channels; colours are in [0, 1], predictions may overshoot.

    `shape` is the picture's (height, width), for losses that look at neighbourhoods.
    """

    Spec: ClassVar[type[config.Spec]]
    needs_sigmoid: ClassVar[bool] = False
    """Whether predictions must be probabilities."""
    needs_picture: ClassVar[bool] = False
    """Whether it must see all pixels at once, in their order."""

    @classmethod
    def parts(cls, spec: config.Spec) -> tuple[type[Loss], ...]:
        """The losses that `spec` comes to, whose needs are its needs: this one, or the terms of a sum."""
        return (cls,)

    @abstractmethod
    def __init__(self, spec: config.Spec, shape: tuple[int, int]) -> None: ...

    @abstractmethod
    def __call__(
        self, prediction: Float[Tensor, "batch channels"], target: Float[Tensor, "batch channels"]
    ) -> Float[Tensor, ""]:
        """The loss, a scalar."""

    def terms(self) -> dict[str, Float[Tensor, ""]]:
        """By name, what the losses of a sum came to in the last call, unweighted and detached; else empty."""
        return {}


losses: Room[Loss] = Room(__name__, __path__)
