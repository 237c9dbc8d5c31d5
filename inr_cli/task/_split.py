"""What the tasks with hidden pixels share."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from jaxtyping import Bool, Float
from torch import Tensor

from inr_cli.config.errors import ConfigError
from inr_cli.signal.metrics import psnr, psnr_unclamped, ssim
from inr_cli.task import UNCLAMPED, Figures, Look, Task, shortfall, square_error

Picture = Float[np.ndarray, "height width channels"]
Pixels = Bool[np.ndarray, "height width"]


class Split(Task):
    """A task that shows some pixels of the picture, `shown`, and is examined on others, `asked`.

    `psnr_test` has a rival, `psnr_bicubic` for example: what those others are by interpolation of the shown ones.
    """

    rival: ClassVar[str]
    """The interpolation's name."""
    hidden: ClassVar[tuple[str, ...]] = ("psnr_test",)
    shown: Pixels
    asked: Pixels

    def show_pixels(
        self, picture: Float[Tensor, "height width channels"], coords: Float[Tensor, "pixels axes"]
    ) -> None:
        """Make samples of the shown pixels; `coords` are the whole picture's. Raises `ConfigError` if none is asked."""
        hidden = self.shown.size - self.shown.sum()
        if not hidden:
            raise ConfigError("every pixel is shown, and none is left to be asked for; show fewer, or choose task=fit.")
        self.coords = coords[self.shown.ravel()]
        self.targets = picture[self.shown]
        self.compared_with = {
            "psnr": f"the {self.shown.sum():,} pixels shown",
            "psnr_unclamped": UNCLAMPED,
            "psnr_test": f"{self.asked.sum():,} of the {hidden:,} pixels hidden",
            f"psnr_{self.rival}": f"the same without a field, {self.rival} interpolation of the shown ones",
        }

    @abstractmethod
    def interpolated(self) -> Picture | None:
        """The picture by interpolation of the shown pixels alone; None where that cannot be had."""

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        return square_error(rendered[self.shown], self.targets)

    def curves(self, rendered: Picture) -> Figures:
        return {"psnr_test": psnr(rendered[self.asked], self.truth[self.asked])}

    def judge(self, rendered: Picture, look: Look) -> Figures:
        """SSIM is the whole picture's map, averaged over the pixels in question."""
        rival = self.interpolated()
        seen, asked = (
            (psnr(rendered[where], self.truth[where]), ssim(rendered, self.truth, where))
            for where in (self.shown, self.asked)
        )
        return {
            "psnr": seen[0],
            "psnr_unclamped": psnr_unclamped(rendered[self.shown], self.truth[self.shown]),
            "ssim": seen[1],
            "psnr_test": asked[0],
            "ssim_test": asked[1],
            "psnr_train": seen[0],
            f"psnr_{self.rival}": None if rival is None else psnr(rival[self.asked], self.truth[self.asked]),
        }

    def warning(self, figures: Figures) -> str | None:
        gap = shortfall(figures, "psnr_test", f"psnr_{self.rival}")
        if not gap:
            return None
        return (
            f"worse on the hidden pixels than {self.rival} interpolation by {gap:.1f} dB; lower the encoding's scale "
            "or the activation's omega_0, or try other steps."
        )
