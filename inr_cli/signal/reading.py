"""What a picture file leaves open: which of its frames, what its alpha hides, which RGB its inks are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inr_cli.config.errors import PictureError

Alpha = Literal["auto", "keep", "drop"]


class UndecidedError(PictureError):
    """A picture that can be read once somebody says how: `option` is the word of `Reading` that would."""

    def __init__(self, message: str, option: str) -> None:
        super().__init__(message)
        self.option = option


@dataclass(frozen=True)
class Reading:
    """How to read what a file leaves open; as it stands, nothing is guessed.

    `frame` counts from 0. `convert_cmyk` takes the plain formula R = (1 - C)(1 - K), no colour profile. `alpha` is
    kept as the last channel or dropped, under auto only where it hides nothing; `background` (white, black, #rrggbb)
    is laid behind it instead.
    """

    frame: int | None = None
    convert_cmyk: bool = False
    alpha: Alpha = "auto"
    background: str | None = None

    def frame_of(self, count: int) -> int:
        """Which of so many frames. Raises `UndecidedError` for several without a choice, or a choice beyond them."""
        if self.frame is None and count == 1:
            return 0
        if self.frame is None or self.frame >= count:
            found = f"has {count} frames or pages" if self.frame is None else f"has no frame {self.frame}"
            numbers = f"0 to {count - 1}" if count > 1 else "0"
            raise UndecidedError(f"{found}; extract one as a file of its own", f"frame={numbers}")
        return self.frame
