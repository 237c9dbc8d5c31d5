"""Learn every k-th pixel, and be asked for those between them."""

from __future__ import annotations

from typing import Annotated, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.split import every
from inr_cli.task import crossings
from inr_cli.task._split import Split

Stride = Annotated[config.Integer, Field(ge=2, le=1024)]


@final
class Interpolate(Split):
    """Shows the pixels of rows and columns 0, k, 2k, ...; is examined on those of k/2, k/2 + k, ..., the farthest.

    With k = 2 these are the even/even and the odd/odd pixels of the Fourier-features study (Tancik et al., 2020),
    whose test is not "all the others" either.
    """

    class Spec(config.Spec):
        stride: Stride = Field(description="every how many pixels one is shown, along both axes, 2 to 1024")

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        self.shown = every(self.shape, spec.stride)
        self.asked = every(self.shape, spec.stride, offset=spec.stride // 2)
        self.show_pixels(picture, crossings(self.lines, picture))
        self.seen = picture[:: spec.stride, :: spec.stride]
