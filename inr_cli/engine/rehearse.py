"""What a single run finds out about its configuration before its first step, for many that share most of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import torch

from inr_cli.config.root import RunConfig
from inr_cli.engine.build import build_structure
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import task_of
from inr_cli.engine.width import with_width
from inr_cli.loss import losses
from inr_cli.optimizer import optimizers
from inr_cli.render.field import Geometry
from inr_cli.signal.picture import Picture

MOST = 500
"""Of so many that differ a field is built; the others are found out when their jobs begin."""


def rehearse(configs: Iterable[RunConfig]) -> None:
    """Open every picture, and build one of each task, field, loss and optimiser that differ in more than a number.

    Fields are built without memory. What depends on the seed or on a real number (a rate, a scale) alone is found out
    when the job begins. Raises `UserError`.
    """
    pictures: dict[Any, list[RunConfig]] = {}
    for config in configs:
        pictures.setdefault(_picture(config), []).append(config)
    told: set[Any] = set()
    for sharing in pictures.values():
        picture = open_picture(sharing[0])
        for config in sharing:
            key = picture.pixels.shape, config.grid, config.target_range, *map(_outline, _parts(config))
            if key not in told and len(told) < MOST:
                told.add(key)
                with suppress(RuntimeError):  # not to be built without memory: a part from another package
                    _build(config, picture)


def _build(config: RunConfig, picture: Picture) -> None:
    config = with_width(config, Geometry.of(picture, config.grid))
    task = task_of(config, picture, torch.empty(0))
    seen = None if task.seen is None else (task.seen.shape[0], task.seen.shape[1])
    losses.make(config.loss, seen or task.shape)
    with torch.device("meta"):
        field = build_structure(config, Geometry(*task.shape, picture.channels, config.grid))
        optimizers.make(config.optimizer).build(list(field.parameters()))


def _parts(config: RunConfig) -> tuple[Any, ...]:
    return config.task, config.encoding, config.mask, config.activation, config.network, config.loss, config.optimizer


def _outline(spec: Any) -> str:
    """A part without its real numbers, which decide how well it does and not whether it goes with the others."""
    return repr([(name, value) for name, value in spec if not isinstance(value, float)])


def _picture(config: RunConfig) -> str:
    """What decides the pixels, or whether there are any."""
    return repr((config.image, config.dataset, config.size, config.crop, config.grey, config.color_max))
