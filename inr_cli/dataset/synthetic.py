"""Pictures drawn by a formula, for tests and for looking at one property at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, NamedTuple, final

import numpy as np
from jaxtyping import Float, Float32
from numpy.random import Generator
from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.config.errors import PictureError, listing, near
from inr_cli.dataset import Dataset
from inr_cli.signal.picture import Picture

Side = Annotated[config.Integer, Field(ge=1, le=8192)]

PALETTE = {
    ".": "#fde8c9",  # cream behind
    "#": "#4a2c2a",  # outline
    "h": "#7a4a32",  # hair
    "l": "#a8704a",  # light on it
    "s": "#f7c59f",  # skin
    "d": "#e8a87c",  # shade
    "w": "#ffffff",  # glint
    "e": "#2b3a67",  # eyes
    "b": "#f28482",  # blush
    "m": "#c8443f",  # mouth
    "g": "#84a59d",  # scarf
    "G": "#5f8178",  # its fold
}
FACE = (
    "...............",
    "....#######....",
    "..##hhhhhhh##..",
    ".#hhhlllhhhhh#.",
    ".#hhlhhhhhhhh#.",
    "#hhhsshhsshhhh#",
    "#hsssssssssssh#",
    "#hsswessswessh#",
    "#dsseessseessd#",
    "#dbbsssssssbbd#",
    ".#sssmsssmsss#.",
    ".#ssssmmmssss#.",
    "..##sssssss##..",
    "...#ggggggg#...",
    "..#ggGgggGgg#..",
)


def checkerboard(height: int, width: int, rng: Generator) -> Float[np.ndarray, "height width 1"]:
    """Black and white squares, eight along the shorter side."""
    square = max(1, min(height, width) // 8)
    row, column = np.ogrid[:height, :width]
    board: np.ndarray = (row // square + column // square) % 2
    return board[..., None].astype(np.float64)


def zone_plate(height: int, width: int, rng: Generator) -> Float[np.ndarray, "height width 1"]:
    """1/2 + 1/2 cos(pi r^2 / n), r in pixels from the centre: r / n cycles per pixel, Nyquist at the longer edge."""
    y, x = _from_centre(height, width)
    rings: np.ndarray = 0.5 + 0.5 * np.cos(np.pi * (y**2 + x**2) / max(height, width))
    return rings[..., None]


def band_limited_noise(height: int, width: int, rng: Generator) -> Float[np.ndarray, "height width 3"]:
    """Noise with no frequency above 1/8 cycles per pixel, scaled (not clipped) into [0, 1]: the band stays exact."""
    y, x = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)
    band = np.hypot(y, x) <= 1 / 8
    waves = np.fft.rfft2(rng.standard_normal((height, width, 3)), axes=(0, 1))
    waves *= band[..., None]
    noise = np.fft.irfft2(waves, (height, width), axes=(0, 1))
    noise -= noise.mean()
    noise *= 0.5  # in place: a large picture has no room for a copy in double precision
    noise /= 2 * max(-noise.min(), noise.max()) or 1
    noise += 0.5
    return noise


def siemens_star(height: int, width: int, rng: Generator) -> Float[np.ndarray, "height width 1"]:
    """36 black spokes on a white disc, edges one pixel soft; towards the centre the spokes merge into grey."""
    y, x = _from_centre(height, width)
    radius, angle = np.hypot(y, x), np.arctan2(y, x)
    to_spoke_edge = radius * np.arcsin(np.sin(36 * angle)) / 36  # pixels, along the circle
    to_rim = 0.48 * min(height, width) - radius
    white: np.ndarray = 1 - _covered(to_spoke_edge) * _covered(to_rim)
    return white[..., None]


def face(height: int, width: int, rng: Generator) -> Float[np.ndarray, "height width 3"]:
    """A 15 x 15 pixel-art face; other sizes repeat the nearest of its pixels."""
    colours = {letter: [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)] for letter, code in PALETTE.items()}
    art = np.array([[colours[letter] for letter in row] for row in FACE])
    return art[np.arange(height) * len(art) // height][:, np.arange(width) * len(art) // width]


def constant(height: int, width: int, rng: Generator) -> Float[np.ndarray, "height width 3"]:
    """One blue, (0.2, 0.4, 0.8), which 8 bits hold exactly."""
    return np.broadcast_to([0.2, 0.4, 0.8], (height, width, 3))


def _from_centre(height: int, width: int) -> list[Float[np.ndarray, "rows columns"]]:
    """Row and column of every pixel, counted from the picture's centre."""
    return list(np.ogrid[(1 - height) / 2 : height / 2, (1 - width) / 2 : width / 2])


def _covered(distance: Float[np.ndarray, "height width"]) -> Float[np.ndarray, "height width"]:
    """How much of a pixel lies inside an edge that passes it at that many pixels (inside is positive)."""
    return np.clip(0.5 + distance, 0, 1)


class Pattern(NamedTuple):
    """A drawing, and the side in pixels that suits it."""

    draw: Callable[[int, int, Generator], Float[np.ndarray, "height width channels"]]
    side: int


PATTERNS = {
    "checkerboard": Pattern(checkerboard, 256),
    "zone_plate": Pattern(zone_plate, 256),
    "band_limited_noise": Pattern(band_limited_noise, 256),
    "siemens_star": Pattern(siemens_star, 256),
    "face": Pattern(face, len(FACE)),
    "constant": Pattern(constant, 256),
}


@final
class Synthetic(Dataset):
    """Drawings of any size; the noise is seeded by the run's `seed`."""

    class Spec(config.Spec):
        """The size of the drawing."""

        width: Side | None = Field(description="pixels per row, 1 to 8192; null = the drawing's own size")
        height: Side | None = Field(description="pixels per column, 1 to 8192; null = the drawing's own size")

    spec: Spec

    @classmethod
    def names(cls) -> list[str]:
        """The names of the drawings, sorted."""
        return sorted(PATTERNS)

    def open(self, name: str, color_max: float | None) -> Picture:
        """The drawing of that name; `color_max` has no integers to divide. Raises `PictureError` for another name."""
        if name not in PATTERNS:
            raise PictureError(
                f"no picture '{name[:80]}' in dataset synthetic; choose {listing(PATTERNS)}.{near(name, PATTERNS)}"
            )
        draw, side = PATTERNS[name]
        pixels: Float32[np.ndarray, "height width channels"] = np.ascontiguousarray(
            draw(self.spec.height or side, self.spec.width or side, np.random.default_rng(self.seed)), np.float32
        )
        return Picture(pixels, name, hashlib.sha256(pixels.data).hexdigest())
