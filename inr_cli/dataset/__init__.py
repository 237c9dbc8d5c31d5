"""A name becomes one picture: bundled, a file of yours, or synthetic.

A new dataset is one module here with a class of the same name, and one yaml in `conf/dataset/`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from inr_cli.config import spec as config
from inr_cli.config.errors import PictureError
from inr_cli.config.room import Room
from inr_cli.signal.picture import Picture


class Dataset(ABC):
    """Pictures by name. `seed` is that of the run; only datasets that draw random numbers look at it."""

    Spec: ClassVar[type[config.Spec]]

    def __init__(self, spec: Any, seed: int) -> None:
        self.spec = spec
        self.seed = seed

    @classmethod
    @abstractmethod
    def names(cls) -> list[str]:
        """The pictures one can ask for, or nothing where they cannot be listed. Imports no torch."""

    @classmethod
    def averaged(cls) -> list[str]:
        """The pictures that published figures are the mean of, for which `image=all` stands: those of `names`."""
        return cls.names()

    @abstractmethod
    def open(self, name: str, color_max: float | None) -> Picture:
        """The picture of that name, integers divided by `color_max` if given. Raises `PictureError`, `DatasetError`."""

    def open_tiles(self, name: str, color_max: float | None) -> Picture:
        """The same, with `tiles` and thinned out, where a file of it can be read a tile at a time."""
        raise PictureError(f"{name}: only a TIFF file of yours is read by tiles; give its path, or choose task=fit.")


datasets: Room[Dataset] = Room(__name__, __path__)
