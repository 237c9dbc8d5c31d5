"""A run's training as it stands before the first step."""

from __future__ import annotations

from inr_cli.config.root import RunConfig
from inr_cli.engine.machine import find_machine
from inr_cli.engine.original import require_unchanged
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.engine.width import with_width
from inr_cli.render.field import Geometry


def begin(config: RunConfig, fitted_to: str | None = None) -> Training:
    """The picture, the task, and the field at its first values; nothing is compiled, since nothing is trained.

    Raises `UserError` where the run could not begin, and where the picture's sha256 is not the one it was fitted to.
    """
    picture, machine = open_picture(config), find_machine(config)
    if fitted_to is not None:
        require_unchanged(picture, fitted_to, config.image)
    config = with_width(config.model_copy(update={"compile": False}), Geometry.of(picture, config.grid))
    return Training(config, picture, machine, steps=1)
