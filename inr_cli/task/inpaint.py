"""Learn some pixels, and fill in the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, final

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field, ValidationInfo, field_validator
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.read import read_picture
from inr_cli.signal.resample import interpolate
from inr_cli.signal.split import drawn, random_share
from inr_cli.task import crossings
from inr_cli.task._split import Picture, Pixels, Split

Share = Annotated[config.Number, Field(gt=0, lt=1)]
SHOWN = 0.1
"""The share that SIREN's code shows."""
MOST = 2**18
"""Shown pixels that are interpolated: so many triangles take seconds."""


@final
class Inpaint(Split):
    """Shows a random share of the pixels, or what is white in a mask; is examined on all the others.

    `psnr_linear` is what those have by linear interpolation between the nearest shown ones; None without a triangle of
    shown pixels, or where there are more of them than `MOST`.
    """

    class Spec(config.Spec):
        share: Share | None = Field(
            description="share of the pixels that is shown, above 0 to below 1; null = 0.1 without a mask"
        )
        mask: config.File | None = Field(
            description="a picture of the same size or shape, white where pixels are shown; null = random"
        )

        @field_validator("mask")
        @classmethod
        def _one_choice_of_pixels(cls, mask: str | None, others: ValidationInfo) -> str | None:
            if mask is not None and others.data.get("share") is not None:
                raise ValueError(f"not with task.share={others.data['share']:g}, which chooses the pixels as well")
            return mask

    rival: ClassVar[str] = "linear"

    is_grid: ClassVar[bool] = False

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        if spec.mask is None:
            self.shown = random_share(self.shape, spec.share or SHOWN, generator)
        else:
            mask = read_picture(Path(spec.mask))
            self.shown = drawn(like(mask.pixels, self.shape), self.shape)
            self.files = {"mask": mask.sha256}
        self.asked = ~self.shown
        self.show_pixels(picture, crossings(self.lines, picture))
        self.seen = None

    def interpolated(self) -> Picture | None:
        return None if self.shown.sum() > MOST else spread(self.truth, self.shown)


def like(mask: Picture, shape: tuple[int, int]) -> Picture:
    """The mask shrunk as the picture was, each pixel to the nearest; as it is where that was never its size."""
    factor = max(shape) / max(mask.shape[:2])
    if factor < 1 and shape == tuple(max(1, round(side * factor)) for side in mask.shape[:2]):
        return interpolate(mask, *shape, "nearest")
    return mask


def spread(pixels: Picture, shown: Pixels) -> Picture | None:
    """The shown pixels joined by triangles, each a plane of colour; outside all of them the nearest one.

    None where the shown pixels lie in a line.
    """
    from scipy.interpolate import griddata
    from scipy.spatial import QhullError

    places, everywhere = np.argwhere(shown), np.argwhere(np.ones_like(shown))
    try:
        inside, nearest = (griddata(places, pixels[shown], everywhere, way) for way in ("linear", "nearest"))
    except (QhullError, ValueError):
        return None
    return np.where(np.isnan(inside), nearest, inside).reshape(pixels.shape)
