"""Your own picture files: the name is the path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, final

from pydantic import Field, ValidationInfo, field_validator

from inr_cli.config import spec as config
from inr_cli.config.errors import PictureError
from inr_cli.dataset import Dataset
from inr_cli.signal.picture import Picture
from inr_cli.signal.read import read_picture
from inr_cli.signal.reading import Alpha, Reading, UndecidedError
from inr_cli.signal.tiles import Tiles

Colour = Annotated[str, Field(pattern=r"^(white|black|#[0-9a-fA-F]{6})$")]
Frame = Annotated[config.Integer, Field(ge=0, le=1_000_000)]


@final
class File(Dataset):
    """Any picture file that can be read; the picture is named after it, without the ending."""

    class Spec(config.Spec):
        """What a file leaves open: the fields of `signal.reading.Reading`."""

        background: Colour | None = Field(description="white, black or #rrggbb behind what is transparent; null = none")
        alpha: Alpha = Field(description="the fourth channel: auto (kept if it hides anything), keep or drop")
        frame: Frame | None = Field(description="which frame or page, from 0; null = there must be only one")
        convert_cmyk: bool = Field(description="true or false: whether inks become R = (1 - C)(1 - K), without profile")

        @field_validator("alpha")
        @classmethod
        def _one_use_of_alpha(cls, alpha: Alpha, others: ValidationInfo) -> Alpha:
            if others.data.get("background") and alpha != "auto":
                raise ValueError(f"not with dataset.background={others.data['background']}, which takes alpha away")
            return alpha

    spec: Spec

    @classmethod
    def names(cls) -> list[str]:
        """None: the disk is not listed."""
        return []

    def open(self, name: str, color_max: float | None) -> Picture:
        """The picture file at the path `name`. Raises `PictureError`, with the option that would let it through."""
        with self._choosing() as reading:
            return read_picture(Path(name), color_max, reading)

    def open_tiles(self, name: str, color_max: float | None) -> Picture:
        """The TIFF at the path `name`, read once from end to end. Raises `PictureError` as `open` does."""
        with self._choosing() as reading:
            tiles = Tiles(Path(name), color_max, reading)
            return Picture(tiles.thinned(), Path(name).stem, tiles.sha256(), tiles)

    @contextmanager
    def _choosing(self) -> Iterator[Reading]:
        """How to read; a file that leaves something else open is told with the option that would let it through."""
        try:
            yield Reading(**self.spec.model_dump(exclude={"name"}))
        except UndecidedError as error:
            raise PictureError(f"{error}, or choose dataset.{error.option}") from None
