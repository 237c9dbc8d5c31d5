"""PSNR as the codes of published papers compute it: the same prediction differs by up to 6 dB and more."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from inr_cli.signal.metrics import decibels, psnr, psnr_unclamped

Pixels = Float[np.ndarray, "height width channels"]


def finer(prediction: Pixels, target: Pixels) -> float:
    """FINER (and COIN, which clamps the target instead of the prediction): colours in [0, 1] as they come, peak 1."""
    return psnr_unclamped(prediction, target)


def mfn(prediction: Pixels, target: Pixels) -> float:
    """Multiplicative filter networks: colours in [-1, 1] as they come, peak 1; the error is 4 times as large."""
    return decibels(4 * _mse(prediction, target))


def wire(prediction: Pixels, target: Pixels) -> float:
    """WIRE: 10 log10(max / mse), the target's maximum not squared, colours as they come."""
    return decibels(_mse(prediction, target)) + 10 * math.log10(max(float(target.max()), 1e-30))


CONVENTIONS: dict[str, Callable[[Pixels, Pixels], float]] = {
    "inr": psnr,
    "coin": finer,
    "finer": finer,
    "mfn": mfn,
    "wire": wire,
}
"""By whose code it is."""


def _mse(prediction: Pixels, target: Pixels) -> float:
    return float(np.mean((prediction.astype(np.float64) - target) ** 2))
