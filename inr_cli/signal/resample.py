"""Pictures of another size. Channels are treated alike and apart: colour is not weighted by alpha."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from jaxtyping import Float
from PIL import Image

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Crop

Kernel = Literal["nearest", "bilinear", "bicubic", "lanczos"]


def resize(
    pixels: Float[np.ndarray, "height width channels"], height: int, width: int
) -> Float[np.ndarray, "new_height new_width channels"]:
    """Antialiased bicubic (Keys, a = -1/2, as Pillow's), pixel centres aligned, clamped to [0, 1]."""
    import torch
    from torch.nn import functional

    planes = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
    resized = functional.interpolate(planes, (height, width), mode="bicubic", antialias=True, align_corners=False)[0]
    return np.ascontiguousarray(resized.clamp(0, 1).numpy().transpose(1, 2, 0))


def shrink(
    pixels: Float[np.ndarray, "height width channels"], longest: int
) -> Float[np.ndarray, "new_height new_width channels"]:
    """The picture with its longer side at most `longest` pixels, its shape kept, no side below 1; never enlarged."""
    height, width, _ = pixels.shape
    if max(height, width) <= longest:
        return pixels
    factor = longest / max(height, width)
    return resize(pixels, max(1, round(height * factor)), max(1, round(width * factor)))


def crop_square(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "side side channels"]:
    """The largest square around the centre; of an odd remainder the far side loses one pixel more."""
    height, width, _ = pixels.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def crop_left(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "side side channels"]:
    """The largest square in the top-left corner."""
    side = min(pixels.shape[:2])
    return pixels[:side, :side]


CROPS: dict[Crop, Callable[[np.ndarray], np.ndarray]] = {"square": crop_square, "left": crop_left}


def average(
    pixels: Float[np.ndarray, "height width channels"], factor: int
) -> Float[np.ndarray, "new_height new_width channels"]:
    """The mean of each block of factor x factor pixels. Raises `ConfigError` where blocks do not fill the picture."""
    height, width, channels = pixels.shape
    if height % factor or width % factor:
        fitting = f"{width - width % factor} x {height - height % factor}"
        raise ConfigError(f"factor {factor} does not divide {width} x {height} pixels; crop the picture to {fitting}.")
    blocks = pixels.reshape(height // factor, factor, width // factor, factor, channels)
    return blocks.mean(axis=(1, 3), dtype=np.float64).astype(pixels.dtype)


def interpolate(
    pixels: Float[np.ndarray, "height width channels"], height: int, width: int, kernel: Kernel
) -> Float[np.ndarray, "new_height new_width channels"]:
    """Pillow's own resizing, pixel centres aligned, in float32, clamped to [0, 1]: what super-resolution has to beat.

    `bicubic` is Keys' with a = -1/2, `lanczos` has three lobes; kernels are cut and rescaled at the borders. All but
    `nearest` are widened where the picture gets smaller.
    """
    way = KERNELS[kernel]
    planes = (Image.fromarray(plane.astype(np.float32)) for plane in np.moveaxis(pixels, -1, 0))
    resized = [np.asarray(plane.resize((width, height), way)) for plane in planes]
    return np.clip(np.stack(resized, axis=-1), 0, 1)


KERNELS: dict[Kernel, Image.Resampling] = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


HALFWAY = (-1 / 16, 9 / 16, 9 / 16, -1 / 16)
"""Keys' cubic with a = -1/2, midway between the two middle ones of four pixels in a row."""


def at_corners(
    pixels: Float[np.ndarray, "height width channels"], every: int = 1
) -> Float[np.ndarray, "rows width-1 channels"]:
    """Bicubic interpolation where four pixels meet, border pixels repeated outside; clamped to [0, 1].

    Of every `every`-th row of such points, from the first on.
    """
    for axis, step in enumerate((every, 1)):
        last = pixels.shape[axis] - 1
        below = np.arange(0, last, step)
        four = (np.clip(below + offset, 0, last) for offset in (-1, 0, 1, 2))
        pixels = sum(weight * pixels.take(places, axis) for weight, places in zip(HALFWAY, four, strict=True))
    return np.clip(pixels, 0, 1).astype(np.float32)
