"""Learn a reduced picture, and be compared with the full-size one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar, Literal, final

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.signal.metrics import psnr, ssim
from inr_cli.signal.resample import KERNELS, average, interpolate
from inr_cli.task import Figures, Look, Task, crossings, lines, shortfall, square_error
from inr_cli.task._srresnet import enlarge, load

Picture = Float[np.ndarray, "height width channels"]
Blur = Annotated[config.Number, Field(ge=0, le=100)]


@final
class Superres(Task):
    """Shows y = (x * k) down s + n of the picture x: blurred by a Gaussian k, reduced s times, noise n not clamped.

    The field is made for the low resolution and looked at full-size. `psnr` is that of y, with which the field's own
    picture is compared after the same blur and reduction; `psnr_test` is that of x, and `psnr_nearest`, `_bilinear`,
    `_bicubic`, `_lanczos` are what y resized has instead. `psnr_srgan` is that of SRResNet (Ledig et al., 2017) with
    weights in a safetensors file, named as `SrResNet` says; None without. There is no `psnr_unclamped`: a reduction
    is of a picture, which is clamped.

    Pixels of x beyond a multiple of s, at the right and at the bottom, are cut off. With `grid=centre` both sizes line
    up; `corner` and `left` move the field by up to half a low-resolution pixel against x, as in published comparisons.
    """

    class Spec(config.Spec):
        factor: Literal[2, 4, 8, 16] = Field(description="how many times both sides are reduced: 2, 4, 8 or 16")
        reduce: Literal["area", "bicubic"] = Field(description="area (block means) or bicubic (Pillow's, antialiased)")
        blur: Blur = Field(description="sigma of the Gaussian kernel before, in full-size pixels, 0 (none) to 100")
        noise: config.NonNegative = Field(description="standard deviation of Gaussian noise, colours being 0 to 1")
        srgan: config.File | None = Field(description="SRResNet's weights as a safetensors file; null = not run")

    hidden: ClassVar[tuple[str, ...]] = ("psnr_test",)
    seen: Float[Tensor, "height width channels"]

    def __init__(
        self, spec: Spec, picture: Float[Tensor, "height width channels"], kind: Grid, generator: torch.Generator
    ) -> None:
        super().__init__(spec, cropped(picture, spec.factor), kind, generator)
        self.spec = spec
        height, width, _ = self.truth.shape
        self.shape = height // spec.factor, width // spec.factor
        reduced = torch.from_numpy(self.reduce(self.truth))
        noisy = reduced + spec.noise * torch.randn(reduced.shape, generator=generator)
        self.low = noisy.clamp(0, 1).numpy()
        self.seen = noisy.to(picture)
        self.coords = crossings(lines(self.shape, kind), picture)
        self.targets = self.seen.flatten(end_dim=-2)
        self.srresnet = None
        if spec.srgan:
            self.srresnet, sha256 = load(Path(spec.srgan), spec.factor)
            self.files = {"srgan": sha256}
        self.compared_with = {
            "psnr": f"the {self.shape[1]}x{self.shape[0]} picture shown, the field's reduced alike",
            "psnr_test": f"the {width}x{height} picture, hidden",
            **{f"psnr_{kernel}": f"the shown picture resized, {kernel}" for kernel in KERNELS},
            "psnr_srgan": "SRResNet, task.srgan" if self.srresnet else "not run: no weights, task.srgan=FILE",
        }

    def reduce(self, picture: Picture) -> Picture:
        """Blurred, then `factor` times smaller along both sides."""
        return REDUCTIONS[self.spec.reduce](blurred(picture, self.spec.blur), self.spec.factor)

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        reduced = self.reduce(_clamped(rendered.float().cpu().numpy()))
        return square_error(torch.from_numpy(reduced), torch.from_numpy(self.low))

    def curves(self, rendered: Picture) -> Figures:
        return {"psnr_test": psnr(rendered, self.truth)}

    def judge(self, rendered: Picture, look: Look) -> Figures:
        reduced = self.reduce(_clamped(rendered))
        figures: Figures = {"psnr": psnr(reduced, self.low), "ssim": ssim(reduced, self.low)}
        for name, picture in {"test": rendered, **self._rivals()}.items():
            figures[f"psnr_{name}"] = None if picture is None else psnr(picture, self.truth)
            figures[f"ssim_{name}"] = None if picture is None else ssim(picture, self.truth)
        return figures

    def warning(self, figures: Figures) -> str | None:
        gap = shortfall(figures, "psnr_test", "psnr_bicubic")
        if not gap:
            return None
        return f"worse than bicubic by {gap:.1f} dB; resize the picture instead, or try another scale or omega_0."

    def _rivals(self) -> dict[str, Picture | None]:
        """What the low-resolution picture becomes without a field."""
        height, width, _ = self.truth.shape
        rivals: dict[str, Picture | None] = {kernel: interpolate(self.low, height, width, kernel) for kernel in KERNELS}
        rivals["srgan"] = enlarge(self.srresnet, self.low) if self.srresnet else None
        return rivals


def cropped(picture: Float[Tensor, "height width channels"], factor: int) -> Float[Tensor, "rows columns channels"]:
    """The picture without what lies beyond a multiple of `factor`. Raises `ConfigError` if nothing is left."""
    height, width, _ = picture.shape
    if min(height, width) < factor:
        raise ConfigError(
            f"task.factor={factor}: leaves nothing of {width}x{height} pixels; choose a smaller one or a larger size."
        )
    return picture[: height - height % factor, : width - width % factor]


def blurred(pixels: Picture, sigma: float) -> Picture:
    """The picture under a Gaussian kernel cut at 4 sigma, border pixels repeated outside."""
    if not sigma:
        return pixels
    from skimage.filters import gaussian

    return gaussian(pixels, sigma, mode="nearest", truncate=4.0, channel_axis=-1)


def bicubic(pixels: Picture, factor: int) -> Picture:
    """Pillow's antialiased reduction, clamped to [0, 1]."""
    height, width, _ = pixels.shape
    return interpolate(pixels, height // factor, width // factor, "bicubic")


REDUCTIONS: dict[str, Callable[[Picture, int], Picture]] = {"area": average, "bicubic": bicubic}


def _clamped(pixels: Picture) -> Picture:
    return np.clip(pixels, 0, 1)
