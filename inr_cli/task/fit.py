"""Fit every pixel of the picture."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.task import FieldFunction, LossFunction, Task


@final
class Fit(Task):
    """Minimises loss(f(x_i), colour_i) over all pixels i; judged on the same pixels."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(
        self,
        spec: Spec,
        picture: Float[Tensor, "height width channels"],
        coords: Float[Tensor, "pixels axes"],
    ) -> None:
        self.coords = coords
        self.targets = picture.flatten(end_dim=-2)

    def objective(
        self,
        field: FieldFunction,
        loss: LossFunction,
        coords: Float[Tensor, "batch axes"],
        targets: Float[Tensor, "batch channels"],
    ) -> Float[Tensor, ""]:
        return loss(field(coords), targets)

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        difference = rendered.clamp(0, 1).flatten(end_dim=-2) - self.targets
        return torch.mean(difference.double() ** 2)
