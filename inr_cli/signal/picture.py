"""One picture in memory, with its name and the fingerprint of where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    from inr_cli.signal.tiles import Tiles


@dataclass(frozen=True)
class Picture:
    """Pixels in [0, 1], float32, `(height, width, channels)`, sRGB values as stored.

    `channels` is 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA). `sha256` is that of the file's bytes, or of the
    float32 pixels where there is no file. One too large for memory has `tiles`, and its `pixels` are thinned out.
    """

    pixels: Float[np.ndarray, "height width channels"]
    name: str
    sha256: str
    tiles: Tiles | None = None

    @property
    def height(self) -> int:
        """Rows."""
        return int((self.tiles or self.pixels).shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int((self.tiles or self.pixels).shape[1])

    @property
    def channels(self) -> int:
        """Values per pixel, 1 to 4."""
        return int(self.pixels.shape[2])
