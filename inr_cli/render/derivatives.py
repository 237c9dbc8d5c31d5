"""A field's gradient and Laplacian beside those of its picture, as one sheet."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, UInt8

from inr_cli.calculus.operators import gradient, laplacian
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.render.comparison import opaque, sheet
from inr_cli.render.field import Field
from inr_cli.render.sample import chunk_of
from inr_cli.render.view import View, view
from inr_cli.signal.differences import central_differences, difference_laplacian
from inr_cli.signal.metrics import psnr

COPIES = 8
"""Second derivatives along two axes keep about as many times a layer's values as colours do."""
SHARE = 0.99
"""Of the picture's pixels: the largest derivative among these is shown brightest."""


class Derivatives(NamedTuple):
    """Colours, and the derivatives of their mean over the channels, per unit of the coordinates."""

    colours: Float[np.ndarray, "height width channels"]
    gradient: Float[np.ndarray, "height width axes"]
    laplacian: Float[np.ndarray, "height width"]


def derivative_sheet(field: Field, truth: Float[np.ndarray, "height width channels"]) -> UInt8[np.ndarray, "_ _ 3"]:
    """The picture, its gradient and its Laplacian by differences; below them those of the field, exact.

    A gradient's hue is its direction, red where colours get brighter to the right, yellow-green where downwards, and so
    on clockwise; its brightness is its length. Of a Laplacian grey is 0. Both rows have the picture's scale, written
    below. Channels are averaged, as derivatives allow.
    Raises `ConfigError` for a field that only knows whole pictures, a picture one pixel wide, or one of another size.
    """
    if truth.shape[:2] != field.geometry.shape:
        raise ConfigError("derivatives are compared at the fitted pixels, which are fewer here; choose task=fit.")
    wanted, found = of_picture(truth, field.geometry.grid), of_field(field, view(*field.geometry.shape))
    steepest, sharpest = scales(wanted)
    height, width, _ = truth.shape
    rows = ((f"picture {width}x{height}", wanted), (f"field {psnr(found.colours, truth):.2f} dB", found))
    of_gradient, of_laplacian = told(steepest, sharpest)
    return np.concatenate(
        [
            sheet(
                [
                    (caption, opaque(np.clip(shown.colours, 0, 1))),
                    (of_gradient, directions(shown.gradient / steepest)),
                    (of_laplacian, opaque(0.5 + 0.5 * shown.laplacian[..., None] / sharpest)),
                ]
            )
            for caption, shown in rows
        ]
    )


def of_picture(pixels: Float[np.ndarray, "height width channels"], grid: Grid) -> Derivatives:
    """Central differences, and second differences of neighbours."""
    mean = pixels.mean(axis=-1, keepdims=True, dtype=np.float64)
    return Derivatives(pixels, central_differences(mean, grid)[..., 0, :], difference_laplacian(mean, grid)[..., 0])


def scales(shown: Derivatives) -> tuple[float, float]:
    """The slope and the Laplacian that are shown brightest."""
    lengths, bends = np.linalg.norm(shown.gradient, axis=-1), np.abs(shown.laplacian)
    steepest, sharpest = (max(float(np.quantile(values, SHARE)), 1e-6) for values in (lengths, bends))
    return steepest, sharpest


def told(steepest: float, sharpest: float) -> tuple[str, str]:
    """What both are shown by; a side of the picture is two units of the coordinates."""
    return (
        f"gradient\nhue: direction\nbright: {_digits(steepest)} / half side",
        f"Laplacian\ngrey: 0\nwhite: {_digits(sharpest)} / half side^2",
    )


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def of_field(field: Field, seen: View) -> Derivatives:
    """Exact ones seen through a view, in chunks. Raises `ConfigError` for a field that only knows whole pictures."""
    if not field.network.pointwise:
        raise ConfigError("a convolutional field has no derivatives at single points; choose network=mlp.")
    points = torch.cartesian_prod(*field.lines(seen))
    chunks = points.split(max(1, chunk_of(field.widest) // COPIES))
    parts = []
    for chunk in chunks:  # not under no_grad, where torch takes other ways, of which SiLU's has no second derivative
        found = field(chunk), gradient(field, chunk).mean(-2), laplacian(field, chunk).mean(-1)
        parts.append([values.detach() for values in found])
    whole = (torch.cat(values).unflatten(0, (seen.height, seen.width)) for values in zip(*parts, strict=True))
    return Derivatives(*(values.float().cpu().numpy() for values in whole))


def directions(vectors: Float[np.ndarray, "height width axes"]) -> Float[np.ndarray, "height width 3"]:
    """Directions as hues, lengths from 0 to 1 as brightness."""
    down, right = vectors[..., 0], vectors[..., 1]
    turn = np.arctan2(down, right)[..., None] / (2 * math.pi) * 6 + np.array([0, 4, 2])
    colours = np.clip(np.abs(turn % 6 - 3) - 1, 0, 1)
    return colours * np.clip(np.linalg.norm(vectors, axis=-1, keepdims=True), 0, 1)
