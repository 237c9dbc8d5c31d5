"""The power spectrum of a picture, to be looked at."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def log_spectrum(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "height width"]:
    """log10 |FFT|^2 of the channels' mean under a Hann window, zero frequency in the middle, floored at 1e-12."""
    height, width, _ = pixels.shape
    window = np.outer(*(np.hanning(side + 2)[1:-1] for side in (height, width)))  # borders would draw a bright cross
    power = np.abs(np.fft.fftshift(np.fft.fft2(window * pixels.mean(axis=2, dtype=np.float64)))) ** 2
    return np.log10(power + 1e-12)
