"""One picture that tells how a fit went: target, result, error and spectrum side by side, with captions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageDraw, ImageFont

from inr_cli.signal.encode import quantise
from inr_cli.signal.metrics import psnr
from inr_cli.signal.spectrum import log_spectrum

SMALLEST, LARGEST = 256, 512
"""A panel's longest side in pixels: small pictures are enlarged to whole pixels, large ones reduced."""
BAND = 256
"""Rows that are compared at once."""
NARROWEST = 190
"""Room for a caption below a narrow picture."""
GAP, CAPTION, LINE = 12, 30, 18
"""Pixels between panels, of a caption, and of each line more that one has."""
PAPER, INK = (24, 24, 27), (228, 228, 231)
HEAT = ((0, 0, 4), (40, 11, 84), (101, 21, 110), (159, 42, 99), (212, 72, 66), (245, 125, 21), (250, 193, 39))
"""Black through purple and orange to yellow: even steps of lightness, readable without colour vision."""

Panel = tuple[str, Float[np.ndarray, "height width 3"]]


def comparison(
    target: Float[np.ndarray, "height width channels"], result: Float[np.ndarray, "height width channels"]
) -> UInt8[np.ndarray, "_ _ 3"]:
    """The four panels of colours in [0, 1].

    The error is the mean over channels, its scale written below; the spectrum's left half is the target's and its
    right half the result's, which mirror each other where the fit is right.
    """
    error = np.empty(target.shape[:2], np.float32)
    for top in range(0, len(target), BAND):  # a large picture has no room for its error in colour
        rows = slice(top, top + BAND)
        np.abs(result[rows] - target[rows]).mean(axis=2, out=error[rows])
    brightest = max(float(np.quantile(error, 0.999)), 1e-6)
    return sheet(
        [
            (f"target {target.shape[1]}x{target.shape[0]}", opaque(reduced(target))),
            (f"result {psnr(result, target):.2f} dB", opaque(reduced(result))),
            (f"error, bright = {brightest:.2g}", heat(reduced(error[..., None])[..., 0] / brightest)),
            ("spectrum: target | result", spectra(target, result)),
        ]
    )


def reduced(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "height width channels"]:
    """The means of equal parts, so that the longest side is `LARGEST`; smaller pictures as they are."""
    height, width, _ = pixels.shape
    longest = max(height, width)
    if longest <= LARGEST:
        return pixels
    size = [max(1, round(side * LARGEST / longest)) for side in (width, height)]
    planes = (Image.fromarray(plane.astype(np.float32)) for plane in np.moveaxis(pixels, -1, 0))
    return np.stack([np.asarray(plane.resize(size, Image.Resampling.BOX)) for plane in planes], axis=-1)


def heat(values: Float[np.ndarray, "height width"]) -> Float[np.ndarray, "height width 3"]:
    """Values in [0, 1] as colours."""
    stops = np.linspace(0, 1, len(HEAT))
    colours = np.array(HEAT) / 255
    return np.stack([np.interp(values, stops, colours[:, channel]) for channel in range(3)], axis=-1)


def spectra(
    target: Float[np.ndarray, "height width channels"], result: Float[np.ndarray, "height width channels"]
) -> Float[np.ndarray, "_ _ 3"]:
    """The left half of the target's spectrum and the right half of the result's: eight decades below the former's peak.

    Reduced as pictures are.
    """
    ours, theirs = log_spectrum(result), log_spectrum(target)
    half = target.shape[1] // 2
    both = np.concatenate([theirs[:, :half], ours[:, half:]], axis=1)
    return heat(reduced(np.clip((both - theirs.max()) / 8 + 1, 0, 1)[..., None])[..., 0])


def opaque(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "height width 3"]:
    """Grey as RGB; what is transparent shows a chequered ground."""
    height, width, channels = pixels.shape
    colour = np.broadcast_to(pixels[..., :1], (height, width, 3)) if channels < 3 else pixels[..., :3]
    if channels in (1, 3):
        return colour
    alpha = pixels[..., -1:]
    rows, columns = np.indices((height, width))
    ground = np.where((rows // 8 + columns // 8) % 2, 0.55, 0.75)[..., None]
    return colour * alpha + ground * (1 - alpha)


def sheet(panels: Sequence[Panel]) -> UInt8[np.ndarray, "_ _ 3"]:
    """Panels of one size side by side on a dark ground, each with its caption below."""
    pictures = [(caption, _fit(quantise(pixels.astype(np.float32)))) for caption, pixels in panels]
    width, height = max(NARROWEST, pictures[0][1].width), pictures[0][1].height
    more = LINE * max(caption.count("\n") for caption, _ in pictures)
    sheet = Image.new("RGB", (GAP + len(panels) * (width + GAP), GAP + height + CAPTION + more), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=14)
    for number, (caption, picture) in enumerate(pictures):
        left = GAP + number * (width + GAP)
        sheet.paste(picture, (left + (width - picture.width) // 2, GAP))
        pen.multiline_text((left, GAP + height + 6), caption, INK, font, spacing=LINE - 14)
    return np.asarray(sheet)


def _fit(pixels: UInt8[np.ndarray, "height width 3"]) -> Image.Image:
    picture = Image.fromarray(pixels)
    times = max(1, SMALLEST // max(picture.size))
    return picture.resize([side * times for side in picture.size], Image.Resampling.NEAREST)
