"""The figures of a finished run, by one convention that is written beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from inr_cli import __version__
from inr_cli.config.root import RunConfig
from inr_cli.engine.training import Training
from inr_cli.signal.metrics import psnr, psnr_8bit, ssim
from inr_cli.signal.picture import Picture

CONVENTION = (
    "psnr: peak 1, prediction clamped to [0, 1], not rounded, float64, at most 300 dB; "
    "psnr_8bit: of the PNG as written; ssim: Gaussian window 11, sigma 1.5, data range 1; all channels count; "
    "bits_per_pixel: 32 bits for each learned number"
)


def judge(result: Float[np.ndarray, "height width channels"], picture: Picture) -> dict[str, float | None]:
    """PSNR in dB, of floats and of the 8-bit file, and SSIM, against the picture that was fitted."""
    target = picture.pixels
    return {"psnr": psnr(result, target), "psnr_8bit": psnr_8bit(result, target), "ssim": ssim(result, target)}


def summarise(
    training: Training, config: RunConfig, picture: Picture, figures: dict[str, float | None], seconds: float
) -> dict[str, Any]:
    """What `summary.json` says: the figures, then everything one needs to know to read them."""
    learned = training.field.count
    return {
        "status": "done",
        **figures,
        "steps": training.steps,
        "seconds": round(seconds, 3),
        "parameters": learned,
        "parameters_asked": getattr(config.network, "parameters", None),
        "hidden_features": getattr(config.network, "hidden_features", None),
        "bits_per_pixel": 32 * learned / (picture.height * picture.width),
        "width": picture.width,
        "height": picture.height,
        "channels": picture.channels,
        "device": str(training.machine.device),
        "precision": training.machine.precision,
        "threads": training.machine.threads,
        "batch_size": training.batch_size,
        "seed": config.seed,
        "image": Path(config.image).name,
        "image_sha256": picture.sha256,
        "grid": config.grid,
        "convention": CONVENTION,
        "inr_version": __version__,
        "torch_version": str(torch.__version__),
    }
