"""Adds to a rendered picture what its derivatives cannot tell, fitted to the truth: for figures, never for training."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float64

from inr_cli.task import Lines

Picture = Float[np.ndarray, "height width channels"]

DEGREE = 16
"""Of the harmonic polynomials, at most: 33 numbers per channel, which follow 16 waves around the border."""
SIDE = 4
"""At least so many times the degree is the shorter side in pixels, so that no detail can be followed."""


def with_offset(rendered: Picture, truth: Picture) -> Picture:
    """A constant per channel more, by least squares: what a gradient leaves undecided."""
    with np.errstate(invalid="ignore"):  # a field that broke stays without a figure, and says so elsewhere
        return rendered + (truth - rendered).mean(axis=(0, 1), dtype=np.float64)


def with_harmonic(rendered: Picture, truth: Picture, lines: Lines) -> Picture:
    """A harmonic polynomial per channel more, by least squares: some of what a Laplacian leaves undecided.

    All of it is every harmonic function, most of which grow from a border within few pixels: no polynomial is those.
    """
    functions = harmonics(lines, min(DEGREE, *(len(line) // SIDE for line in lines)))
    missing = (truth.astype(np.float64) - rendered).reshape(len(functions), -1)
    weights = np.linalg.lstsq(functions, missing, rcond=None)[0]
    return rendered + (functions @ weights).reshape(rendered.shape)


def harmonics(lines: Lines, degree: int) -> Float64[np.ndarray, "points functions"]:
    """Re and Im of ((r + i c) / sqrt 2)^k, k = 0 to `degree`, at the crossings of rows r and columns c, row by row.

    1, then all cosine-like ones, then all sine-like ones: 2 `degree` + 1, none above 1 inside the picture.
    """
    rows, columns = np.meshgrid(*lines, indexing="ij")
    place = (rows + 1j * columns).reshape(-1, 1) / np.sqrt(2)
    powers = place ** np.arange(degree + 1)
    return np.concatenate([powers.real, powers.imag[:, 1:]], axis=1)
