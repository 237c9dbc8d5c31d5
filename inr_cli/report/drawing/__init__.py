"""Drawings: what is drawn of a single run, by `inr show NAME RUN` and for the page of an experiment with `draw:`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from inr_cli.config.room import Room

if TYPE_CHECKING:
    from inr_cli.config.root import RunConfig
    from inr_cli.engine.train import Run


class Drawing(ABC):
    """A picture of a run, kept in its folder under the drawing's own name."""

    caption: ClassVar[str]
    """What is seen, in one sentence for the page."""
    suffixes: ClassVar[tuple[str, ...]] = (".png",)
    """The endings that its file may have, the first where nobody says."""

    def __init__(self, suffix: str | None = None) -> None:
        self.suffix = suffix or self.suffixes[0]

    @abstractmethod
    def draw(self, run: Run, config: RunConfig) -> bytes | None:
        """The file; None if what draws it is not installed. Raises `ConfigError` where the run has no such picture."""


def file_of(name: str) -> str:
    """What the drawing of that name is called in a run's folder. Raises `ConfigError` if there is none."""
    return name + drawings.find(name).suffixes[0]


drawings: Room[Drawing] = Room(__name__, __path__)
