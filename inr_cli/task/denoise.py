"""Learn a noisy picture, and be compared with the clean one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, final

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.metrics import psnr, psnr_unclamped, ssim
from inr_cli.task import UNCLAMPED, Figures, Look, Task, shortfall, square_error


@final
class Denoise(Task):
    """Shows y = Poisson(photons x) / photons + sigma N(0, 1) of the clean colours x in [0, 1], not clamped.

    What stops a field from learning the noise is that it is small or that training ends early; the clean picture is
    not used for either. `psnr` is that of the noisy picture, `psnr_test` of the clean one, `psnr_noisy` what the noisy
    picture itself has, which the field should exceed.
    """

    class Spec(config.Spec):
        sigma: config.NonNegative = Field(description="standard deviation of Gaussian noise, colours being 0 to 1")
        photons: config.Positive | None = Field(description="mean count at white of Poisson noise; null = none")

    hidden: ClassVar[tuple[str, ...]] = ("psnr_test",)
    compared_with: Mapping[str, str] = {
        "psnr": "the noisy picture shown",
        "psnr_unclamped": UNCLAMPED,
        "psnr_test": "the clean picture, hidden",
        "psnr_noisy": "the noisy picture itself, against the clean one",
    }
    seen: Float[Tensor, "height width channels"]

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        noisy = add_noise(torch.from_numpy(self.truth).double(), spec.sigma, spec.photons, generator)
        self.noisy = noisy.float().numpy()
        self._show(noisy.to(picture))

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        return square_error(rendered, self.seen.clamp(0, 1))

    def curves(self, rendered: Float[np.ndarray, "height width channels"]) -> Figures:
        return {"psnr_test": psnr(rendered, self.truth)}

    def judge(self, rendered: Float[np.ndarray, "height width channels"], look: Look) -> Figures:
        noisy = np.clip(self.noisy, 0, 1)
        return {
            "psnr": psnr(rendered, noisy),
            "psnr_unclamped": psnr_unclamped(rendered, noisy),
            "ssim": ssim(rendered, noisy),
            "psnr_test": psnr(rendered, self.truth),
            "ssim_test": ssim(rendered, self.truth),
            "psnr_noisy": psnr(noisy, self.truth),
        }

    def warning(self, figures: Figures) -> str | None:
        gap = shortfall(figures, "psnr_test", "psnr_noisy")
        if not gap:
            return None
        return (
            f"further from the clean picture by {gap:.1f} dB than the noisy one is; "
            "try other steps, fewer where it learned the noise, or another scale or omega_0."
        )


def add_noise(clean: Tensor, sigma: float, photons: float | None, generator: torch.Generator) -> Tensor:
    """The picture as a sensor would count it, then with a normal number of that spread added to each value."""
    counted = clean if photons is None else torch.poisson(clean * photons, generator=generator) / photons
    return counted + sigma * torch.randn(clean.shape, dtype=clean.dtype, generator=generator)
