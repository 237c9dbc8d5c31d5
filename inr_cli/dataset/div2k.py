"""DIV2K (Agustsson and Timofte, 2017): 900 photographs of about 2,000 pixels a side, by number.

For academic research only, from https://data.vision.ee.ethz.ch/cvl/DIV2K; gigabytes in two archives, so this program
does not fetch them.
"""

from __future__ import annotations

from pathlib import Path
from typing import final

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.config.errors import DatasetError, PictureError
from inr_cli.dataset import Dataset
from inr_cli.signal.picture import Picture
from inr_cli.signal.read import read_picture

COUNT = 900
TRAINING = 800
"""The first so many are the training half, the rest the validation half; the test half was never published."""


@final
class Div2k(Dataset):
    """1 to 900 from your own copy, as its archives unpack or without their folders. The bytes are not checked."""

    class Spec(config.Spec):
        root: str | None = Field(description="the folder with DIV2K_train_HR and DIV2K_valid_HR, or with 0001.png, ...")

    spec: Spec

    @classmethod
    def names(cls) -> list[str]:
        """1 to 900."""
        return [str(number) for number in range(1, COUNT + 1)]

    def open(self, name: str, color_max: float | None) -> Picture:
        """The picture of that number (49 and 0049 are one). Raises `PictureError`, `DatasetError`."""
        if not (name.isascii() and name.isdecimal() and 1 <= int(name[:9]) <= COUNT):
            raise PictureError(f"no picture '{name[:60]}' in dataset div2k; choose a number from 1 to {COUNT}")
        if self.spec.root is None:
            raise DatasetError("dataset=div2k is not downloaded; choose dataset.root=DIR, the folder of your own copy")
        number = int(name)
        file = Path("DIV2K_train_HR" if number <= TRAINING else "DIV2K_valid_HR", f"{number:04d}.png")
        folder = Path(self.spec.root).expanduser()
        for place in (folder / file, folder / file.name):
            if place.is_file():
                return read_picture(place, color_max)
        raise DatasetError(f"dataset.root={self.spec.root}: has no {file}, nor {file.name}")
