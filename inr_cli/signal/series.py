"""A picture as a Fourier series: the coefficients of whole frequencies n, in cycles per picture side.

The series of c_n exp(2 pi i n u) over +-n, with u = p / size along each axis for pixel p, is the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Complex, Float, Int


def bins(n: Int[np.ndarray, "rows axes"], shape: Sequence[int]) -> Int[np.ndarray, " rows"]:
    """Where each frequency stands in a flattened FFT; what the pixels cannot tell apart stands in one place."""
    return np.ravel_multi_index(tuple((n % shape).T), tuple(shape))


def coefficients(
    picture: Float[np.ndarray, "*shape channels"], n: Int[np.ndarray, "rows axes"]
) -> Complex[np.ndarray, "rows channels"]:
    """c_n = mean over the pixels p of picture[p] exp(-2 pi i sum_a n_a p_a / size_a), in double precision."""
    shape = picture.shape[:-1]
    spectrum = np.fft.fftn(picture.astype(np.float64), axes=range(len(shape))) / math.prod(shape)
    return spectrum.reshape(-1, picture.shape[-1])[bins(n, shape)]


def twins(n: Int[np.ndarray, "rows axes"], shape: Sequence[int]) -> Int[np.ndarray, " rows"]:
    """How many of all n and -n are the same wave on the pixels as this n; itself counts, and 0 = -0 counts twice."""
    _, which, times = np.unique(
        np.concatenate([bins(n, shape), bins(-n, shape)]), return_inverse=True, return_counts=True
    )
    return times[which.ravel()[: len(n)]]


def energies(
    picture: Float[np.ndarray, "*shape channels"], n: Int[np.ndarray, "rows axes"]
) -> Float[np.ndarray, " rows"]:
    """The mean square over the pixels, summed over the channels, of the wave that +-n add to the picture (Parseval).

    2 |c_n|^2, but |c_n|^2 where n and -n are one on the pixels; -1 for a wave that an earlier row has brought already.
    """
    here, opposite = bins(n, picture.shape[:-1]), bins(-n, picture.shape[:-1])
    power = (np.abs(coefficients(picture, n)) ** 2).sum(axis=1) * np.where(here == opposite, 1, 2)
    new = np.unique(np.minimum(here, opposite), return_index=True)[1]
    brought = np.full(len(n), -1.0)
    brought[new] = power[new]
    return brought
