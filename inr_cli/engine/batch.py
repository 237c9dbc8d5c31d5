"""The samples of one step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from inr_cli.task import FieldFunction


class Batch(NamedTuple):
    """What a step sees: points, what is wanted there, and what their gradients are multiplied with, None = 1."""

    coords: Float[Tensor, "batch axes"]
    targets: Float[Tensor, "batch ..."]
    weights: Float[Tensor, " batch"] | None = None

    def share(self, rank: int, count: int) -> Batch:
        """The part of the batch that falls to one of `count`: as many samples for each, or one more, or none."""
        weights = None if self.weights is None else self.weights.tensor_split(count)[rank]
        return Batch(self.coords.tensor_split(count)[rank], self.targets.tensor_split(count)[rank], weights)

    def pieces(self, count: int) -> Iterable[Batch]:
        """The batch cut into that many."""
        if count == 1:
            return [self]
        weights = [None] * count if self.weights is None else self.weights.chunk(count)
        return map(Batch, self.coords.chunk(count), self.targets.chunk(count), weights)

    def weighted(self, field: FieldFunction) -> FieldFunction:
        """The field with the same colours, and gradients that reach it by the weights."""
        if self.weights is None:
            return field
        weights = self.weights[:, None]

        def colours(coords: Float[Tensor, "batch axes"]) -> Float[Tensor, "batch channels"]:
            values = field(coords)
            values.register_hook(lambda gradient: gradient * weights)
            return values

        return colours
