"""Which pixels are seen and which are held back, as masks of a picture: true is chosen."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Bool, Float

from inr_cli.config.errors import ConfigError


def every(shape: tuple[int, int], k: int, offset: int = 0) -> Bool[np.ndarray, "height width"]:
    """Every k-th pixel of every k-th row, from `offset` on.

    The usual split of generalisation studies trains on `every(shape, 2)` and tests on `every(shape, 2, offset=1)`.
    """
    mask = np.zeros(shape, dtype=bool)
    mask[offset::k, offset::k] = True
    return _some_of(mask, f"every {k}. pixel from {offset}")


def random_share(shape: tuple[int, int], share: float, generator: torch.Generator) -> Bool[np.ndarray, "height width"]:
    """That share of the pixels, rounded to a whole number of them, drawn without repetition."""
    height, width = shape
    mask = np.zeros(height * width, dtype=bool)
    order = torch.randperm(height * width, generator=generator, device=generator.device)
    mask[order[: round(share * height * width)].cpu().numpy()] = True
    return _some_of(mask.reshape(shape), f"a share of {share:g}")


def drawn(
    mask: Float[np.ndarray, "mask_height mask_width channels"], shape: tuple[int, int]
) -> Bool[np.ndarray, "height width"]:
    """A mask from a picture of the same size: what is brighter than 1/2, the mean over the channels, is chosen."""
    if mask.shape[:2] != shape:
        given, wanted = (f"{width} x {height}" for height, width in (mask.shape[:2], shape))
        raise ConfigError(f"the mask has {given} pixels and the picture {wanted}; give a mask of the picture's size.")
    return _some_of(mask.mean(axis=2) > 0.5, "the mask's white")


def _some_of(mask: Bool[np.ndarray, "height width"], words: str) -> Bool[np.ndarray, "height width"]:
    if not mask.any():
        raise ConfigError(f"{words} leaves none of {mask.shape[1]} x {mask.shape[0]} pixels; choose more of them.")
    return mask
