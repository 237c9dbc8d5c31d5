"""Encodings: what a network is told about a point instead of its bare coordinates.

Famous methods are combinations: NeRF = `positional` + relu, Fourier features = `gaussian` + relu,
SIREN = `identity` + sine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Encoding(nn.Module, ABC):
    """Maps coordinates in [-1, 1], any number of them, to `out_features` features of each point.

    `shape` is the fitted picture's size per axis in pixels: its length is the number of coordinates.
    Random numbers come from `generator` only.
    """

    Spec: ClassVar[type[config.Spec]]
    is_series: ClassVar[bool] = False
    """Whether its features are a Fourier series' basis: cosines of whole frequencies, then their sines."""
    is_large: ClassVar[bool] = False
    """Whether it learns so many numbers that they are not to be made where only the structure is asked for."""
    derivatives: ClassVar[int] = 2
    """How many derivatives by the coordinates, first, second, `calculus` finds true, kinks included."""
    out_features: int

    @classmethod
    def sees_picture(cls, spec: config.Spec) -> bool:
        """Whether `look_at` chooses anything, with these numbers."""
        return False

    @abstractmethod
    def __init__(self, spec: config.Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__()

    def look_at(self, picture: Float[Tensor, "*shape channels"]) -> None:
        """Choose by the picture to be fitted, once, before anything is drawn; a checkpoint brings what was chosen."""
        return

    def frequencies(self) -> Float[Tensor, "features axes"] | None:
        """The frequency of each feature in cycles per picture side, along each axis; None if it has none.

        Zero for features that are no waves (the coordinates themselves). What progressive training masks by.
        """
        return None

    def expected_kernel(self, offsets: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch"] | None:
        """gamma(x) . gamma(x') / |gamma(x)|^2 for points so far apart in picture sides, as theory has it.

        In expectation where the features are drawn, away from the borders where they matter; None if there is no such
        formula.
        """
        return None

    @abstractmethod
    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        """The features of each point."""


encodings: Room[Encoding] = Room(__name__, __path__)
