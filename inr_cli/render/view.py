"""Which part of the plane a picture shows, and with how many pixels."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from inr_cli.config.errors import ConfigError
from inr_cli.signal.grid import positions

LONGEST = 65_535
PIXELS = 2**30


@dataclass(frozen=True)
class View:
    """The positions of the rows and of the columns to render, in pixels of the fitted picture (0 = first centre)."""

    rows: Float[np.ndarray, " height"]
    columns: Float[np.ndarray, " width"]

    @property
    def height(self) -> int:
        """Rows of the rendered picture."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Columns of the rendered picture."""
        return len(self.columns)


def view(
    height: int,
    width: int,
    *,
    size: int | str | None = None,
    zoom: float | None = None,
    crop: Sequence[float] | None = None,
) -> View:
    """The view of a `height x width` picture through `crop` at `size` or `zoom`. Raises `ConfigError`."""
    if size is not None and zoom is not None:
        raise ConfigError(f"size={size} and zoom={zoom}: give one of the two.")
    x0, y0, x1, y1 = _crop(crop) if crop is not None else (0.0, 0.0, float(width), float(height))
    rows, columns = _pixels(y1 - y0, x1 - x0, size, zoom)
    for side in (rows, columns):
        if not 1 <= side <= LONGEST:
            raise ConfigError(f"a picture of {columns}x{rows} pixels: each side must be 1 to {LONGEST} pixels.")
    if rows * columns > PIXELS:
        raise ConfigError(
            f"a picture of {columns}x{rows} pixels: at most {PIXELS} pixels in all; choose a smaller size."
        )
    return View(positions(y0, y1, rows), positions(x0, x1, columns))


def _pixels(height: float, width: float, size: int | str | None, zoom: float | None) -> tuple[int, int]:
    """(rows, columns) for a region of that many fitted pixels; at least one each where the aspect decides."""
    if zoom is not None:
        if not 0 < zoom <= LONGEST:
            raise ConfigError(f"zoom={zoom:g}: must be above 0 and at most {LONGEST}.")
        return max(1, round(height * zoom)), max(1, round(width * zoom))
    if size is None:
        return max(1, round(height)), max(1, round(width))
    exact = re.fullmatch(r"(\d{1,9})x(\d{1,9})", str(size))
    if exact:
        return int(exact[2]), int(exact[1])
    if not re.fullmatch(r"\d{1,9}", str(size)) or int(size) < 1:
        raise ConfigError(f"size={size}: must be the longest side in pixels, such as 500, or WIDTHxHEIGHT, 640x480.")
    longest = int(size)
    scale = longest / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _crop(crop: Sequence[float]) -> tuple[float, float, float, float]:
    given = ",".join(f"{edge:g}" for edge in crop)
    if len(crop) != 4 or not all(math.isfinite(edge) and abs(edge) <= 1e9 for edge in crop):
        raise ConfigError(f"crop={given}: must be four numbers X0,Y0,X1,Y1 in pixel edges of the fitted picture.")
    x0, y0, x1, y1 = crop
    if x0 >= x1 or y0 >= y1:
        raise ConfigError(f"crop={given}: X0 must be left of X1, and Y0 above Y1.")
    return x0, y0, x1, y1
