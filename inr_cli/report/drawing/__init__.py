"""Drawings: what is drawn of a single run for the page, `draw: [{what: NAME}]` in an experiment."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from inr_cli.config.room import Room
from inr_cli.config.root import RunConfig
from inr_cli.engine.machine import find_machine
from inr_cli.engine.train import Run, open_picture
from inr_cli.engine.training import Training
from inr_cli.engine.width import with_width
from inr_cli.render.field import Geometry


class Drawing(ABC):
    """A picture of a run, kept in its folder under the drawing's own name."""

    caption: ClassVar[str]
    """What is seen, in one sentence for the page."""

    @abstractmethod
    def draw(self, run: Run, config: RunConfig) -> bytes | None:
        """The PNG; None if what draws it is not installed. Raises `ConfigError` where the run has no such picture."""


def begin(config: RunConfig) -> Training:
    """The run's training as it stood before the first step."""
    picture, machine = open_picture(config), find_machine(config)
    return Training(with_width(config, Geometry.of(picture, config.grid)), picture, machine, steps=1)


drawings: Room[Drawing] = Room(__name__, __path__)
