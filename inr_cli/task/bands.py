"""Fit every pixel, and be judged octave by octave."""

from __future__ import annotations

from typing import final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.bands import missed
from inr_cli.task import Figures, Look, Task, likeness, square_error


@final
class Bands(Task):
    """Minimises loss(f(x_i), colour_i) over all pixels i, as `fit`, to show which frequencies a field learns.

    `missed_1`, `missed_2`, `missed_4`, ... is the error's power over the picture's at 1 up to below 2 cycles per
    picture side, 2 to 4, 4 to 8, and so on: 0 where all was learned, 1 where nothing.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    seen: Float[Tensor, "height width channels"]

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        self._show(picture)
        octaves = missed(self.truth, self.truth)
        self.compared_with = {
            **Task.compared_with,
            **{_named(f): f"of the power at {f} up to below {2 * f} cycles per picture side" for f in octaves},
        }

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        return square_error(rendered, self.seen)

    def judge(self, rendered: Float[np.ndarray, "height width channels"], look: Look) -> Figures:
        shares = {_named(f): share for f, share in missed(rendered, self.truth).items()}
        return {**likeness(rendered, self.truth), **shares}


def _named(f: int) -> str:
    return f"missed_{f}"
