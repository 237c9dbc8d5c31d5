"""What becomes of an alpha channel: kept, dropped, or a background laid behind it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Float32

from inr_cli.signal.reading import Alpha, Reading

Pixels = Float[np.ndarray, "height width channels"]

COLOURS = {"white": "#ffffff", "black": "#000000"}


def has_alpha(channels: int) -> bool:
    """Whether the last of so many channels is alpha: grey and RGB have none."""
    return channels in (2, 4)


def with_alpha_decided(
    pixels: Float32[np.ndarray, "height width channels"], reading: Reading
) -> Float32[np.ndarray, "height width kept"]:
    """Pixels in [0, 1] with their alpha as `reading` wants it."""
    if not has_alpha(pixels.shape[2]):
        return pixels
    return over(pixels, reading.background) if reading.background else RULES[reading.alpha](pixels)


def over(
    pixels: Float32[np.ndarray, "height width channels"], background: str
) -> Float32[np.ndarray, "height width colours"]:
    """alpha C + (1 - alpha) B, in the stored sRGB values (Porter and Duff, 1984); grey over grey stays grey."""
    colours, alpha = pixels[..., :-1], pixels[..., -1:]
    behind = np.frombuffer(bytes.fromhex(COLOURS.get(background, background)[1:]), np.uint8) / np.float32(255)
    stays_grey = colours.shape[2] == 1 and np.ptp(behind) == 0
    return alpha * colours + (1 - alpha) * (behind[:1] if stays_grey else behind)


def without_opaque(pixels: Pixels) -> Pixels:
    """The pixels without an alpha that is 1 everywhere; any other stays the last channel."""
    return pixels[..., :-1] if bool((pixels[..., -1] == 1).all()) else pixels


def _kept(pixels: Pixels) -> Pixels:
    return pixels


def _dropped(pixels: Pixels) -> Pixels:
    return pixels[..., :-1]


RULES: dict[Alpha, Callable[[Pixels], Pixels]] = {"auto": without_opaque, "keep": _kept, "drop": _dropped}
