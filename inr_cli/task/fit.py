"""Fit every pixel of the picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.grid import coordinate
from inr_cli.signal.metrics import psnr
from inr_cli.signal.resample import at_corners
from inr_cli.task import Figures, Look, Task, likeness, square_error

MOST_BETWEEN = 2**20
"""Points between the pixels that are looked at, some rows of them where there are more."""
LOST = 3.0
"""dB below what the field has at its pixels: twice the mean square error."""
GAINED = 6.0
"""dB above repeating the nearest pixel: half its error. Fourier interpolation, which rings, gains 8 on photographs."""


@final
class Fit(Task):
    """Minimises loss(f(x_i), colour_i) over all pixels i; judged on the same pixels.

    And between them, since a field may learn the pixels and be noise elsewhere: `between_pixels` is the PSNR at the
    pixels' inner corners against the picture's bicubic interpolation, and `between_nearest` that of repeating the
    pixel above and to the left. A warning says if the field both lost `LOST` dB there and gained less than `GAINED`.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    compared_with: Mapping[str, str] = {
        **Task.compared_with,
        "between_pixels": "halfway between the pixels, against bicubic interpolation",
        "between_nearest": "there without a field, repeating the nearest pixel",
    }
    seen: Float[Tensor, "height width channels"]

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        self.kind = kind
        self._show(picture)

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        return square_error(rendered, self.seen)

    def judge(self, rendered: Float[np.ndarray, "height width channels"], look: Look) -> Figures:
        return {**likeness(rendered, self.truth), **self._between(look)}

    def warning(self, figures: Figures) -> str | None:
        """A field as far from its own pixels as from what lies between them needs training, not another scale."""
        at, between, nearest = (figures.get(name) for name in ("psnr", "between_pixels", "between_nearest"))
        if at is None or between is None or nearest is None or between > min(at - LOST, nearest + GAINED):
            return None
        return (
            f"{at - between:.1f} dB worse between its pixels than at them ({between:.1f} dB; repeating the nearest "
            f"pixel has {nearest:.1f}); lower the encoding's scale or the activation's omega_0."
        )

    def _between(self, look: Look) -> Figures:
        if min(self.shape) < 2:
            return {"between_pixels": None, "between_nearest": None}
        rows, columns = (coordinate(np.arange(n - 1) + 0.5, n, self.kind) for n in self.shape)
        every = math.ceil(math.prod(self.shape) / MOST_BETWEEN)
        wanted = at_corners(self.truth, every)
        return {
            "between_pixels": psnr(look((rows[::every], columns)), wanted),
            "between_nearest": psnr(self.truth[:-1:every, :-1], wanted),
        }
