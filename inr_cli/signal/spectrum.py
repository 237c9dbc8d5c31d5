"""The power spectrum of a picture, to be looked at."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def log_spectrum(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "height width"]:
    """log10 |FFT|^2 of the channels' mean under a Hann window, zero frequency in the middle, floored at 1e-12."""
    from scipy.fft import fft2, fftshift

    rows, columns = (np.hanning(side + 2)[1:-1] for side in pixels.shape[:2])  # borders would draw a bright cross
    windowed = pixels.mean(axis=2)  # in the pixels' own precision, which SciPy keeps
    windowed *= rows[:, None]
    windowed *= columns
    power = np.square(np.abs(fft2(windowed, overwrite_x=True)))
    power += 1e-12
    return fftshift(np.log10(power, out=power))
