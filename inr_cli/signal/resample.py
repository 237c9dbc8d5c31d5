"""Pictures of another size. Channels are treated alike and apart: colour is not weighted by alpha."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def resize(
    pixels: Float[np.ndarray, "height width channels"], height: int, width: int
) -> Float[np.ndarray, "new_height new_width channels"]:
    """Antialiased bicubic (Keys, a = -1/2, as Pillow's), pixel centres aligned, clamped to [0, 1]."""
    import torch
    from torch.nn.functional import interpolate

    planes = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None]
    resized = interpolate(planes, (height, width), mode="bicubic", antialias=True, align_corners=False)[0]
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
