"""Fit a picture that is too large for memory, some of its pixels at a time."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, ClassVar, final

import numpy as np
import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.root import Grid
from inr_cli.signal.grid import axes
from inr_cli.signal.seed import generator as stream
from inr_cli.task import UNCLAMPED, Task, crossings, square_error

if TYPE_CHECKING:
    from inr_cli.signal import tiles as signal

AtOnce = Annotated[config.Integer, Field(ge=1, le=2**28)]


@final
class Tiles(Task):
    """Minimises loss(f(x_i), colour_i) over all pixels i, of which `at_once`, or whole batches of them, are in memory.

    They come tile after tile of a TIFF, in an order drawn anew for every pass over the picture, and no pixel comes
    twice before all have come; batches are drawn from those in memory, which change when as many have been drawn.
    Where a run draws fewer pixels than there are, every tile gives its share of them, so that no part is left out.
    Judged on the pixels of every k-th row and column, about a million.
    """

    class Spec(config.Spec):
        at_once: AtOnce = Field(description="pixels in memory at a time, an integer from 1")

    by_tiles: ClassVar[bool] = True
    is_grid: ClassVar[bool] = False

    def __init__(
        self,
        spec: Spec,
        picture: Float[Tensor, "height width channels"],
        kind: Grid,
        generator: torch.Generator,
        tiles: signal.Tiles,
    ) -> None:
        super().__init__(spec, picture, kind, generator)
        self.tiles, self.sample, self.seen = tiles, picture, None
        self.shape = tiles.shape
        self.all_lines = axes(self.shape, kind)
        rows, columns = (line[:: tiles.every] for line in self.all_lines)
        self.lines = rows, columns
        self.at_once = min(spec.at_once, self.count)
        self.seed = int(torch.randint(2**62, (), generator=generator))
        self.order = lru_cache(maxsize=2)(self._order)
        self.coords = picture.new_zeros(self.at_once, 2)
        self.targets = picture.new_zeros(self.at_once, picture.shape[2])
        self.known: tuple[int, float] | None = None
        shown = f"{picture.shape[1]}x{picture.shape[0]} of the {self.shape[1]}x{self.shape[0]} pixels"
        self.compared_with = {**Task.compared_with, "psnr": f"{shown}, evenly spaced", "psnr_unclamped": UNCLAMPED}

    @property
    def whole(self) -> tuple[int, int]:
        """The size of all tiles together."""
        return self.shape

    @property
    def count(self) -> int:
        """All pixels of the picture."""
        return math.prod(self.shape)

    def draw_by(self, batch_size: int) -> None:
        """Have whole batches in memory: one that reached into the next pixels would find these in their place."""
        self.at_once -= self.at_once % batch_size
        self.coords, self.targets = self.coords[: self.at_once], self.targets[: self.at_once]

    def advance(self, drawn: int, in_all: int) -> None:
        """Have the pixels in memory that are due once so many have been drawn. Raises `PictureError`."""
        window, share = drawn // self.at_once, min(1.0, max(in_all, self.at_once) / self.count)
        if (window, share) == self.known:
            return
        self._fill(window * self.at_once, share)
        self.known = window, share

    def _fill(self, start: int, share: float) -> None:
        """Have `at_once` pixels from the `start`-th of all passes on, tile by tile, in place of the others."""
        filled, a_pass = 0, int(self.order(0, share)[1][-1])
        while filled < self.at_once:
            epoch, place = divmod(start, a_pass)
            numbers, ends = self.order(epoch, share)
            at = int(np.searchsorted(ends, place, side="right"))
            begin = int(ends[at - 1]) if at else 0
            kept = self._kept(epoch, int(numbers[at]), int(ends[at]) - begin)[place - begin :][: self.at_once - filled]
            filling = slice(filled, filled + len(kept))
            self.coords[filling], self.targets[filling] = self._tile(int(numbers[at]), kept)
            filled, start = filled + len(kept), start + len(kept)

    def _kept(self, epoch: int, tile: int, count: int) -> Int[Tensor, " count"]:
        """Which of a tile's pixels come in that pass over the picture, in the order in which they do."""
        pixels = _size(self.tiles.places[tile])
        if count == pixels:
            return torch.arange(pixels)
        return torch.randperm(pixels, generator=stream(self.seed, f"tile {tile} in pass {epoch}"))[:count]

    def _tile(
        self, number: int, kept: Int[Tensor, " pixels"]
    ) -> tuple[Float[Tensor, "pixels axes"], Float[Tensor, "pixels channels"]]:
        rows, columns = self.tiles.places[number]
        coords = crossings((self.all_lines[0][rows], self.all_lines[1][columns]), self.sample)
        colours = torch.from_numpy(self.tiles.read(number)).flatten(end_dim=1)[kept]
        return coords[kept.to(coords.device)], colours.to(self.sample)

    def _order(self, epoch: int, share: float) -> tuple[Int[np.ndarray, " tiles"], Int[np.ndarray, " tiles"]]:
        """The tiles as they come in that pass over the picture, and how many pixels have come after each."""
        numbers = torch.randperm(len(self.tiles.places), generator=stream(self.seed, f"pass {epoch}")).numpy()
        pixels = (max(1, round(share * _size(self.tiles.places[number]))) for number in numbers)
        return numbers, np.fromiter(accumulate(pixels), np.int64, len(numbers))

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        return square_error(rendered, self.sample)


def _size(place: signal.Place) -> int:
    rows, columns = place
    return (rows.stop - rows.start) * (columns.stop - columns.start)
