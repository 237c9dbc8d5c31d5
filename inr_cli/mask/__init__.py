"""Masks: progressive training, in which a network is shown the frequencies of its encoding bit by bit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Mask(nn.Module, ABC):
    """Weights features by how far a run has come. `frequencies` are those of the encoding, None if it has none."""

    Spec: ClassVar[type[config.Spec]]
    needs_frequencies: ClassVar[bool] = False
    """Whether the encoding must have frequencies."""

    @abstractmethod
    def __init__(self, spec: config.Spec, frequencies: Float[Tensor, "features axes"] | None) -> None:
        super().__init__()

    def advance(self, progress: float) -> None:
        """Tell the mask how much of the run is done, 0 to 1. At 1 every feature is open."""
        return

    @abstractmethod
    def forward(self, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch features"]:
        """The features that the network may see now."""


masks: Room[Mask] = Room(__name__, __path__)
