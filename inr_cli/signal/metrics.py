"""How near a picture is to its target: the final figures, from torchmetrics. All channels count alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Float32

from inr_cli.signal.encode import quantise

if TYPE_CHECKING:
    from torch import Tensor

EXACT_DB = 300.0
"""The PSNR of an exact match: the mean square error is floored at 1e-30, so that every figure is finite."""

SSIM_WINDOW = 11
MS_SSIM_SIDE = SSIM_WINDOW * 2**4
BAND = 2**18
"""Pixels that are compared at once: a picture of 4096 x 4096 has no room for double precision as a whole."""


def decibels(mse: float) -> float:
    """-10 log10(mse) with the same floor: a mean square error on the unit scale as PSNR, without a large import."""
    return -10 * math.log10(max(mse, 1e-30)) if math.isfinite(mse) else math.nan


def psnr(prediction: Float[np.ndarray, "*batch channels"], target: Float[np.ndarray, "*batch channels"]) -> float:
    """Peak signal-to-noise ratio in dB, 10 log10(1 / mse), at most 300, in float64.

    The prediction is clamped to [0, 1] and not rounded.
    """
    return _psnr(prediction, target, lambda rows: np.clip(rows, 0, 1))


def psnr_unclamped(
    prediction: Float[np.ndarray, "*batch channels"], target: Float[np.ndarray, "*batch channels"]
) -> float:
    """`psnr` of the prediction as it is: never higher, and what COIN's, FINER's and other published code measures."""
    return _psnr(prediction, target, lambda rows: rows)


def psnr_8bit(
    prediction: Float[np.ndarray, "height width channels"], target: Float[np.ndarray, "height width channels"]
) -> float:
    """`psnr` of the 8-bit PNG as written against the target as it is."""
    return _psnr(prediction, target, lambda rows: quantise(rows, bits=8) / 255)


def _psnr(
    prediction: Float[np.ndarray, "*batch channels"],
    target: Float[np.ndarray, "*batch channels"],
    seen: Callable[[np.ndarray], np.ndarray],
) -> float:
    """`seen` is what becomes of some rows of the prediction before they are compared."""
    import torch
    from torchmetrics.image import PeakSignalNoiseRatio

    # not synchronised: of several processes that train together only one measures, and would wait for the others
    ratio = PeakSignalNoiseRatio(data_range=1.0, sync_on_compute=False).set_dtype(torch.float64)
    for rows in _bands(target):
        compared = seen(prediction[rows]), target[rows]
        ratio.update(*(torch.from_numpy(picture.astype(np.float64)) for picture in compared))
    return min(ratio.compute().item(), EXACT_DB)


def ssim(
    prediction: Float[np.ndarray, "height width channels"],
    target: Float[np.ndarray, "height width channels"],
    where: Bool[np.ndarray, "height width"] | None = None,
) -> float | None:
    """Structural similarity (Wang et al. 2004): Gaussian window 11, sigma 1.5, data range 1, mirrored borders.

    Prediction clamped to [0, 1]; the mean over the channels and the pixels, all or those of `where`, whose windows
    reach over the others too. None where a side is below 11 pixels.
    """
    import torch
    from torchmetrics.functional.image import structural_similarity_index_measure as similarity

    if min(target.shape[:2]) < SSIM_WINDOW:
        return None
    height, width, channels = target.shape
    reach = SSIM_WINDOW // 2
    counted = np.ones((height, width), dtype=bool) if where is None else where
    total = 0.0
    for rows in _bands(target):
        seen = slice(max(0, rows.start - reach), min(height, rows.stop + reach))
        # In float32, good to 1e-5: float64 takes ten times as long, seconds for a 512 x 512 picture.
        clamped, wanted = _batch(prediction[seen]), _batch(target[seen])
        _, of_pixels = similarity(
            clamped, wanted, sigma=1.5, kernel_size=SSIM_WINDOW, data_range=1.0, return_full_image=True
        )
        of_band = of_pixels[:, :, rows.start - seen.start : rows.stop - seen.start]
        total += of_band[..., torch.from_numpy(counted[rows])].sum(dtype=torch.float64).item()
    return total / (int(counted.sum()) * channels)


def ms_ssim(
    prediction: Float[np.ndarray, "height width channels"], target: Float[np.ndarray, "height width channels"]
) -> float | None:
    """Structural similarity over five scales (Wang et al. 2003), windows as for `ssim`; None below 176 pixels."""
    from torchmetrics.functional.image import multiscale_structural_similarity_index_measure as similarity

    if min(target.shape[:2]) < MS_SSIM_SIDE:
        return None
    clamped, wanted = _batch(prediction), _batch(target)
    return similarity(clamped, wanted, sigma=1.5, kernel_size=SSIM_WINDOW, data_range=1.0).item()


def _batch(pixels: Float[np.ndarray, "height width channels"]) -> Float32[Tensor, "1 channels height width"]:
    """A clamped picture as torchmetrics wants it."""
    import torch

    return torch.from_numpy(np.clip(pixels, 0, 1).astype(np.float32)).permute(2, 0, 1)[None]


def _bands(picture: Float[np.ndarray, "*batch channels"]) -> Iterator[slice]:
    """Which rows are compared at once, none of them fewer than a window has."""
    pixels = math.prod(picture.shape[1:-1])
    rows = max(SSIM_WINDOW, BAND // max(1, pixels))
    starts = range(0, max(1, len(picture) - SSIM_WINDOW + 1), rows)
    yield from map(slice, starts, [*starts[1:], len(picture)])
