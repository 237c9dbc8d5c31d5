"""Derivatives of a picture from its pixels: differences and filters, the targets of Poisson problems.

All are per channel and per unit of the coordinates, in which a pixel is 2 / n wide on the grids `centre` and `left` and
2 / (n - 1) on `corner`, each axis for itself; only what has `filter` in its name counts in pixels, as image libraries
do. The last dimension of a gradient is the axis: down the rows, then along the columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float64

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.signal.grid import coordinate

SOBEL_GAIN = 8.0
"""What Sobel's filter makes of a slope of one per pixel."""
PUBLISHED_GRADIENT_FACTOR = 10.0
PUBLISHED_LAPLACIAN_FACTOR = 1e4


def pixel_steps(shape: Sequence[int], kind: Grid) -> Float64[np.ndarray, " axes"]:
    """How far apart two neighbouring pixels' coordinates are along each axis.

    Raises `ConfigError` where a side has one pixel only.
    """
    if min(shape) < 2:
        raise ConfigError(
            f"a picture of {shape[0]} x {shape[1]} pixels has no slope; give it two pixels a side or more"
        )
    return np.array([coordinate(1.0, n, kind) - coordinate(0.0, n, kind) for n in shape])


def forward_differences(
    pixels: Float[np.ndarray, "height width channels"], kind: Grid
) -> Float[np.ndarray, "height width channels axes"]:
    """(f_(i+1) - f_i) / step, the slope half a pixel further on; the last row and column repeat the one before."""
    steps = pixel_steps(pixels.shape[:2], kind)
    slopes = (np.pad(np.diff(pixels, axis=a), _last(a, pixels.ndim), "edge") / steps[a] for a in range(2))
    return np.stack(list(slopes), axis=-1).astype(pixels.dtype)


def central_differences(
    pixels: Float[np.ndarray, "height width channels"], kind: Grid
) -> Float[np.ndarray, "height width channels axes"]:
    """(f_(i+1) - f_(i-1)) / (2 step) at the pixel itself; one-sided, (f_1 - f_0) / step, at the borders."""
    steps = pixel_steps(pixels.shape[:2], kind)
    return np.stack(np.gradient(pixels, *steps, axis=(0, 1)), axis=-1).astype(pixels.dtype)


def sobel_gradient(
    pixels: Float[np.ndarray, "height width channels"], kind: Grid
) -> Float[np.ndarray, "height width channels axes"]:
    """Sobel's filter in coordinate units: the central difference, averaged 1:2:1 across; half the slope at borders."""
    return (sobel_filter(pixels) / (SOBEL_GAIN * pixel_steps(pixels.shape[:2], kind))).astype(pixels.dtype)


def difference_laplacian(
    pixels: Float[np.ndarray, "height width channels"], kind: Grid
) -> Float[np.ndarray, "height width channels"]:
    """sum over the axes of (f_(i+1) - 2 f_i + f_(i-1)) / step^2, border pixels repeated outside."""
    return (_bends(pixels) / pixel_steps(pixels.shape[:2], kind) ** 2).sum(axis=-1).astype(pixels.dtype)


def sobel_filter(
    pixels: Float[np.ndarray, "height width channels"],
) -> Float[np.ndarray, "height width channels axes"]:
    """[-1, 0, 1] along one axis and [1, 2, 1] across, border pixels repeated outside: 8 times the slope per pixel."""
    return np.stack([_smooth(_centred(pixels, axis), 1 - axis) for axis in range(2)], axis=-1)


def laplace_filter(
    pixels: Float[np.ndarray, "height width channels"],
) -> Float[np.ndarray, "height width channels"]:
    """The 3x3 filter 0 1 0 / 1 -4 1 / 0 1 0, border pixels repeated outside: the Laplacian per square pixel."""
    return _bends(pixels).sum(axis=-1)


def published_gradient(
    pixels: Float[np.ndarray, "height width channels"],
) -> Float[np.ndarray, "height width channels axes"]:
    """10 x `sobel_filter`, on which SIREN's code (Sitzmann et al., 2020) and studies with it train a gradient.

    Of the true gradient it is the share that `published_gradient_share` gives.
    """
    return PUBLISHED_GRADIENT_FACTOR * sobel_filter(pixels)


def published_laplacian(
    pixels: Float[np.ndarray, "height width channels"],
) -> Float[np.ndarray, "height width channels"]:
    """10,000 x `laplace_filter`, on which they train a Laplacian."""
    return PUBLISHED_LAPLACIAN_FACTOR * laplace_filter(pixels)


def published_gradient_share(shape: Sequence[int], kind: Grid) -> Float64[np.ndarray, " axes"]:
    """`published_gradient` over the true slope along each axis: 80 step, 0.627 for 256 pixels on `corner`."""
    return PUBLISHED_GRADIENT_FACTOR * SOBEL_GAIN * pixel_steps(shape, kind)


def published_laplacian_share(shape: Sequence[int], kind: Grid) -> Float64[np.ndarray, " axes"]:
    """`published_laplacian` over the true second derivative along each axis: 1e4 step^2, 0.615 likewise."""
    return PUBLISHED_LAPLACIAN_FACTOR * pixel_steps(shape, kind) ** 2


def _bends(pixels: np.ndarray) -> np.ndarray:
    """The second difference per pixel along each axis, the axes last."""
    bends = [behind - 2 * pixels + ahead for behind, ahead in (_neighbours(pixels, axis) for axis in range(2))]
    return np.stack(bends, axis=-1)


def _centred(pixels: np.ndarray, axis: int) -> np.ndarray:
    behind, ahead = _neighbours(pixels, axis)
    return ahead - behind


def _smooth(pixels: np.ndarray, axis: int) -> np.ndarray:
    behind, ahead = _neighbours(pixels, axis)
    return behind + 2 * pixels + ahead


def _neighbours(pixels: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The pixel before and the pixel behind each along an axis; a border pixel is its own neighbour outside."""
    n = pixels.shape[axis]
    places = np.arange(n)
    return pixels.take(np.maximum(places - 1, 0), axis), pixels.take(np.minimum(places + 1, n - 1), axis)


def _last(axis: int, ndim: int) -> list[tuple[int, int]]:
    """Padding by one at the end of one axis."""
    return [(0, int(a == axis)) for a in range(ndim)]
