"""How much of a picture's detail a rendering lacks, octave by octave."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float, Int


def missed(
    rendered: Float[np.ndarray, "height width channels"], truth: Float[np.ndarray, "height width channels"]
) -> dict[int, float | None]:
    """The error's power over the picture's, for frequencies of f up to below 2f cycles per picture side.

    By f = 1, 2, 4, ..., as long as the octave ends at or below the shorter side's Nyquist rate. 0 where everything was
    learned, 1 where nothing was, more where the rendering has what the picture has not; None where it has nothing.
    All channels count alike. Under a Hann window: else the jump from one border to the opposite one is in every octave.
    """
    octaves = _octaves(*truth.shape[:2])
    lost, whole = (_power(pixels, octaves) for pixels in (rendered - truth, truth))
    count = math.floor(math.log2(min(truth.shape[:2]) / 2))
    return {2**k: lost[k + 1] / whole[k + 1] if whole[k + 1] else None for k in range(count)}


def _octaves(height: int, width: int) -> Int[np.ndarray, "height width"]:
    """The octave of every frequency of an FFT: 0 for the constant, k + 1 from 2^k cycles per side."""
    rows, columns = (np.fft.fftfreq(side) * side for side in (height, width))
    cycles = np.hypot(rows[:, None], columns)
    return np.floor(np.log2(np.maximum(cycles, 0.5))).astype(int) + 1


def _power(
    pixels: Float[np.ndarray, "height width channels"], octaves: Int[np.ndarray, "height width"]
) -> Float[np.ndarray, " octaves"]:
    window = np.outer(*(np.hanning(side + 2)[1:-1] for side in octaves.shape))[..., None]
    mean = (window * pixels).sum(axis=(0, 1)) / window.sum()  # the window would spread it over the first octave
    waves = np.fft.fft2(window * (pixels - mean), axes=(0, 1))
    return np.bincount(octaves.ravel(), weights=(np.abs(waves) ** 2).sum(axis=2).ravel())
