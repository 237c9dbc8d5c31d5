"""Judges a field against a picture of any size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from inr_cli.config.errors import ConfigError
from inr_cli.render.field import Field
from inr_cli.render.view import View, view
from inr_cli.signal.conventions import CONVENTIONS
from inr_cli.signal.digest import sha256_of
from inr_cli.signal.lpips import lpips
from inr_cli.signal.metrics import ms_ssim
from inr_cli.signal.picture import Picture
from inr_cli.task import likeness


def evaluate(field: Field, target: Picture, conventions: bool = False, vgg16: Path | None = None) -> dict[str, Any]:
    """The figures of a field, rendered at the target's size: PSNR in dB, SSIM, bits for each of the target's pixels.

    `conventions` adds its PSNR as other codes compute it, `vgg16`, a file of weights, LPIPS. Raises `ConfigError` for a
    target with other channels, or weights that are none.
    """
    if target.channels != field.geometry.channels:
        raise ConfigError(f"{target.name}: has {target.channels} channels, and the field {field.geometry.channels}.")
    height, width = target.height, target.width
    seen, every = view(*field.geometry.shape, size=f"{width}x{height}"), target.tiles.every if target.tiles else 1
    rendered = field.look(View(seen.rows[::every], seen.columns[::every]))
    codes = {name: code(rendered, target.pixels) for name, code in CONVENTIONS.items()} if conventions else {}
    return {
        **likeness(rendered, target.pixels),
        "ms_ssim": ms_ssim(rendered, target.pixels),
        **(_lpips(rendered, target, vgg16) if vgg16 else {}),
        "parameters": field.count,
        "bits_per_pixel": 32 * field.count / (height * width),
        "width": width,
        "height": height,
        "target": target.name,
        "target_sha256": target.sha256,
        **({"conventions": codes} if codes else {}),
    }


def _lpips(rendered: Float[np.ndarray, "height width channels"], target: Picture, vgg16: Path) -> dict[str, Any]:
    """The figure, and which network it was seen by: another one's is not to be compared with it."""
    return {
        "lpips": lpips(rendered, target.pixels, vgg16),
        "lpips_sha256": sha256_of(vgg16),
    }
