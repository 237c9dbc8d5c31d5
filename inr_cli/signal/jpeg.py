"""What JPEG makes of a picture: the measure of everything that calls itself compressed."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from PIL import Image

from inr_cli.signal.encode import check_format, quantise
from inr_cli.signal.metrics import psnr

QUALITIES = range(1, 101)


class Jpeg(NamedTuple):
    """A picture at one quality of Pillow's encoder: the bytes of the whole file, for each pixel, and the PSNR in dB."""

    quality: int
    bytes: int
    bits_per_pixel: float
    psnr: float


def jpeg_curve(pixels: Float[np.ndarray, "height width channels"], qualities: Iterable[int]) -> list[Jpeg]:
    """Rate and distortion at some qualities, 1 to 100. Raises `ConfigError` for a picture with an alpha channel.

    Huffman tables are fitted to the picture, and colours keep their full resolution: at the same bytes that is as near
    as halved ones for the coarsest files, and up to 3 dB nearer for all others.
    """
    height, width, channels = pixels.shape
    check_format(".jpg", channels, longest=max(height, width))
    curve = []
    for quality in qualities:
        data = _encoded(pixels, quality)
        decoded = np.asarray(Image.open(io.BytesIO(data)), dtype=np.float32).reshape(pixels.shape) / 255
        curve.append(Jpeg(quality, len(data), 8 * len(data) / (height * width), psnr(decoded, pixels)))
    return curve


def jpeg_within(pixels: Float[np.ndarray, "height width channels"], size: int) -> Jpeg:
    """The best that fits into so many bytes; where none does, the smallest. Raises as `jpeg_curve` does."""
    check_format(".jpg", pixels.shape[2], longest=max(pixels.shape[:2]))
    fitting = bisect_right(QUALITIES, size, key=lambda quality: len(_encoded(pixels, quality)))
    [best] = jpeg_curve(pixels, [QUALITIES[max(0, fitting - 1)]])
    return best


def _encoded(pixels: Float[np.ndarray, "height width channels"], quality: int) -> bytes:
    values = quantise(pixels)
    file = io.BytesIO()
    Image.fromarray(values[..., 0] if values.shape[2] == 1 else values).save(
        file, "JPEG", quality=quality, subsampling=0, optimize=True
    )
    return file.getvalue()
