"""Learn every k-th pixel, and be asked for those between them."""

from __future__ import annotations

from typing import Annotated, ClassVar, final

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.signal.split import every
from inr_cli.task import crossings
from inr_cli.task._split import Picture, Split

Stride = Annotated[config.Integer, Field(ge=2, le=1024)]
REACH = 2
"""Pixels that a cubic takes on either side."""


@final
class Interpolate(Split):
    """Shows the pixels of rows and columns 0, k, 2k, ...; is examined on those of k/2, k/2 + k, ..., the farthest.

    With k = 2 these are the even/even and the odd/odd pixels of the Fourier-features study (Tancik et al., 2020),
    whose test is not "all the others" either. `psnr_bicubic` is what those have by interpolation of the shown ones.
    """

    rival: ClassVar[str] = "bicubic"

    class Spec(config.Spec):
        stride: Stride = Field(description="every how many pixels one is shown, along both axes, 2 to 1024")

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        height, width = self.shape
        if spec.stride >= max(self.shape):
            raise ConfigError(
                f"task.stride={spec.stride}: shows a single one of {width}x{height} pixels; choose a smaller one."
            )
        self.stride = spec.stride
        self.shown = every(self.shape, spec.stride)
        self.asked = every(self.shape, spec.stride, offset=spec.stride // 2)
        self.show_pixels(picture, crossings(self.lines, picture))
        self.seen = picture[:: spec.stride, :: spec.stride]

    def interpolated(self) -> Picture:
        return between(self.truth[:: self.stride, :: self.stride], self.shape, self.stride)


def between(
    shown: Float[np.ndarray, "rows columns channels"], shape: tuple[int, int], stride: int
) -> Float[np.ndarray, "height width channels"]:
    """Bicubic interpolation (Keys, a = -1/2, as Pillow's) of pixels 0, stride, ..., border pixels repeated outside.

    Clamped to [0, 1].
    """
    height, width = shape
    start = REACH + 0.5 - 0.5 / stride  # where the first pixel begins, in edges of the padded smaller picture
    box = (start, start, start + width / stride, start + height / stride)
    padded = np.pad(shown, [(REACH, REACH), (REACH, REACH), (0, 0)], mode="edge")
    planes = (Image.fromarray(plane) for plane in np.moveaxis(padded, -1, 0))
    full = [np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC, box)) for plane in planes]
    return np.clip(np.stack(full, axis=-1), 0, 1)
