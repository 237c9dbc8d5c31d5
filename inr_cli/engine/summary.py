"""The figures of a finished run, by one convention that is written beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from inr_cli import __version__
from inr_cli.config.root import RunConfig
from inr_cli.engine.log import largest_fall
from inr_cli.engine.training import Training
from inr_cli.signal.picture import Picture
from inr_cli.task import Figures

CONVENTION = (
    "psnr: of what the task shows, as psnr_train is, and the only figure by which a checkpoint may be chosen; where it "
    "is null the task shows no colours and none may; compared_with: what each figure is of, ssim_NAME being of the "
    "same as psnr_NAME; every psnr: peak 1, prediction clamped to [0, 1], not rounded, float64, at most 300 dB, but "
    "psnr_8bit: of the PNG as written, and psnr_unclamped: of the prediction as it is; ssim: Gaussian window 11, "
    "sigma 1.5, data range 1; all channels count; files_sha256: of files that the task read beside the picture; "
    "bits_per_pixel: 32 bits for each learned number, width x height pixels"
)

ASIDE = ("psnr_8bit", "psnr_unclamped")
"""Other forms of `psnr`."""


def headline(figures: Figures) -> str:
    """The first two figures in dB, in words."""
    told = [(name, value) for name, value in figures.items() if name.startswith("psnr") and name not in ASIDE]
    return ", ".join(f"{name.replace('_', ' ')} {value:.2f} dB" for name, value in told[:2] if value is not None)


def summarise(
    training: Training, config: RunConfig, picture: Picture, figures: Figures, seconds: float
) -> dict[str, Any]:
    """What `summary.json` says: the figures, then everything one needs to know to read them."""
    task, learned = training.task, training.field.count
    height, width = task.whole
    return {
        "status": "done",
        **figures,
        "warning": task.warning(figures),
        "compared_with": dict(task.compared_with),
        "steps": training.steps,
        "seconds": round(seconds, 3),
        "parameters": learned,
        "parameters_asked": getattr(config.network, "parameters", None),
        "hidden_features": getattr(config.network, "hidden_features", None),
        "bits_per_pixel": 32 * learned / (height * width),
        "width": width,
        "height": height,
        "channels": picture.channels,
        "fitted_width": task.shape[1],
        "fitted_height": task.shape[0],
        "device": str(training.machine.device),
        "precision": training.machine.precision,
        "threads": training.machine.threads,
        "processes": training.machine.processes,
        "batch_size": training.batch_size,
        "micro_batch": training.micro_batch,
        "compiled": training.is_compiled,
        "seed": config.seed,
        "image": Path(config.image).name,
        "image_sha256": picture.sha256,
        "files_sha256": dict(task.files),
        "grid": config.grid,
        "convention": CONVENTION,
        "inr_version": __version__,
        "torch_version": str(torch.__version__),
    }


def steadiness(rows: Sequence[dict[str, float]]) -> dict[str, float | None]:
    """How the measured PSNR went: its best, the step of it, and how far it fell below the best before, in dB."""
    measured = [(row["psnr"], row["step"]) for row in rows if "psnr" in row]
    best, step = max(measured, key=lambda pair: pair[0], default=(None, None))
    fall = largest_fall([psnr for psnr, _ in measured])
    return {"best_psnr": best, "best_step": step, "largest_fall": fall}
