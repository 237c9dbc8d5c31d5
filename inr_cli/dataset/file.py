"""Your own picture files: the name is the path."""

from __future__ import annotations

from pathlib import Path
from typing import final

from inr_cli.config import spec as config
from inr_cli.dataset import Dataset
from inr_cli.signal.picture import Picture
from inr_cli.signal.read import read_picture


@final
class File(Dataset):
    """Any picture file that can be read; the picture is named after it, without the ending."""

    class Spec(config.Spec):
        """Nothing to set: the picture's path is all there is."""

    @classmethod
    def names(cls) -> list[str]:
        """None: the disk is not listed."""
        return []

    def open(self, name: str, color_max: float | None) -> Picture:
        """The picture file at the path `name`. Raises `PictureError`."""
        return read_picture(Path(name), color_max)
