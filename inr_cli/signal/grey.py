"""Colours become grey."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue as stored: Rec. 601, what Pillow's mode L and most studies of grey pictures have."""


def grey(pixels: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "height width kept"]:
    """0.299 R + 0.587 G + 0.114 B in one channel; an alpha channel stays, a grey picture is returned as it is."""
    if pixels.shape[2] < len(LUMA):
        return pixels
    luma = pixels[..., : len(LUMA)] @ LUMA
    return np.concatenate([luma[..., None], pixels[..., len(LUMA) :]], axis=2)
