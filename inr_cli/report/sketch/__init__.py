"""Sketches: what is drawn of a configuration, before anything is trained, by `inr show NAME`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from inr_cli.config.room import Room

if TYPE_CHECKING:
    from inr_cli.config.root import RunConfig
    from inr_cli.config.spec import Spec

SIZE = 100
"""Pixels a side of what is drawn point by point, where nobody says."""


class Sketch(ABC):
    """Pictures of one part of a configuration."""

    group: ClassVar[str]
    """What a bare name chooses: `inr show kernel gaussian` is that of encoding=gaussian."""
    has_size: ClassVar[bool] = False
    """Whether something in it is drawn point by point."""

    @abstractmethod
    def pictures(self, config: RunConfig, size: int) -> Iterator[tuple[str, bytes]]:
        """The files by their names, made one by one, the main one first.

        Raises `UserError` for what cannot be drawn, without matplotlib too.
        """


def told(spec: Spec) -> str:
    """A part with its numbers, as a title: `gaussian count=128 scale=10`."""
    name, *numbers = spec.model_dump().items()
    given = (f"{key}={value:g}" if isinstance(value, float) else f"{key}={value}" for key, value in numbers)
    return " ".join([str(name[1]), *(word for word in given if not word.endswith("=None"))])


sketches: Room[Sketch] = Room(__name__, __path__)
