"""Learn some pixels, and fill in the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.read import read_picture
from inr_cli.signal.split import drawn, random_share
from inr_cli.task import crossings
from inr_cli.task._split import Split

Share = Annotated[config.Number, Field(gt=0, lt=1)]


@final
class Inpaint(Split):
    """Shows a random share of the pixels, or what is white in a mask; is examined on all the others."""

    class Spec(config.Spec):
        share: Share = Field(description="share of the pixels that is shown, above 0 to below 1")
        mask: config.File | None = Field(
            description="a picture of the same size, white where pixels are shown; null = random"
        )

    is_grid: ClassVar[bool] = False

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        if spec.mask is None:
            self.shown = random_share(self.shape, spec.share, generator)
        else:
            mask = read_picture(Path(spec.mask))
            self.shown = drawn(mask.pixels, self.shape)
            self.files = {"mask": mask.sha256}
        self.asked = ~self.shown
        self.show_pixels(picture, crossings(self.lines, picture))
        self.seen = None
