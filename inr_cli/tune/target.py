"""The figure that a search makes as good as it can: which there are, which way is better, and what it may know."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import task_of

COSTS = ("loss", "seconds", "parameters", "bits_per_pixel")
"""What every summary has besides its task's figures; less of it is better."""
FALLING = "missed_"
"""What the names of a task's figures begin with where less is better; of any other more is."""
SHOWN = ("psnr", "psnr_8bit", "psnr_unclamped", "psnr_train", "ssim", "ssim_train", *COSTS)
"""What is of nothing that a task hides."""


class Target(NamedTuple):
    """A figure of `summary.json`, and whether more of it is better."""

    name: str
    rises: bool
    warning: str | None
    """In one line, where the search would choose by what the task hides."""


def target_of(name: str | None, config: RunConfig) -> Target:
    """The figure that is asked for, else the one by which a sweep's best job is chosen. Raises `UserError`."""
    task = task_of(config, open_picture(config), torch.empty(0))
    blank = np.zeros_like(task.truth)
    figures = task.judge(blank, lambda lines: np.zeros((*map(len, lines), blank.shape[2]), np.float32))
    known = [*(figure for figure, value in figures.items() if value is not None), *COSTS]
    chosen = name or ("psnr" if "psnr" in known else "loss")
    if chosen not in known:
        raise ConfigError(
            f"target={chosen}: a run of these words has no such figure; choose {listing(known, 20)}."
            f"{near(chosen, known)}"
        )
    hides = task.hidden and chosen not in SHOWN
    told = f"target={chosen} chooses by what task={config.task.name} hides: {task.compared_with.get(chosen, chosen)}."
    return Target(chosen, not chosen.startswith((*COSTS, FALLING)), told if hides else None)
