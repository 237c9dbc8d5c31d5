"""A training too small to be of use, which shows that a configuration's parts work together here."""

from __future__ import annotations

import math

import numpy as np

from inr_cli.config.errors import DivergedError, PictureError
from inr_cli.config.root import RunConfig
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.training import Training
from inr_cli.logger import loggers
from inr_cli.signal.picture import Picture
from inr_cli.task import tasks

SIDE, STEPS = 16, 2


def try_out(config: RunConfig) -> None:
    """Two steps on 16 x 16 pixels of noise, in memory; nothing is read or written. Raises `UserError`."""
    if tasks.find(config.task.name).by_tiles:
        raise PictureError("is tried on a TIFF file of yours only: image=FILE.")
    loggers.make(config.logger)
    noise = np.random.default_rng(0).random((SIDE, SIDE, 3), dtype=np.float32)
    machine = find_machine(config)
    with using(machine):
        training = Training(config, Picture(noise, "noise", "0" * 64), machine, steps=STEPS)
        losses = [float(training.update(step)) for step in range(STEPS)]
        training.look()
    if not all(map(math.isfinite, losses)):
        raise DivergedError(f"diverged within {STEPS} steps; try a lower optimizer.lr.")
