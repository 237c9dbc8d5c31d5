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
    """Minimises loss(f(x_i), colour_i) over all pixels i, of which `at_once` are in memory.

    They come tile after tile of a TIFF, in an order drawn anew for every pass over the picture, and no pixel comes
    twice before all have come; batches are drawn from those in memory, which change when as many have been drawn.
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
        self.order = lru_cache(maxsize=1)(self._order)
        self.window = -1
        self.advance(0)
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

    def advance(self, drawn: int) -> None:
        """Have the pixels in memory that are due once so many have been drawn. Raises `PictureError`."""
        window = drawn // self.at_once
        if window == self.window:
            return
        pieces = self._pieces(*divmod(window * self.at_once, self.count))
        self.coords, self.targets = (torch.cat(parts) for parts in zip(*pieces, strict=True))
        self.window = window

    def _pieces(self, epoch: int, start: int) -> list[tuple[Tensor, Tensor]]:
        """`at_once` pixels from the `start`-th of an epoch on, tile by tile, across the epoch's end if need be."""
        pieces, missing = [], self.at_once
        while missing:
            numbers, ends = self.order(epoch)
            at = int(np.searchsorted(ends, start, side="right"))
            tile = int(numbers[at])
            begin = start - (int(ends[at - 1]) if at else 0)
            piece = [part[begin : begin + missing] for part in self._tile(tile)]
            pieces.append((piece[0], piece[1]))
            missing -= len(piece[0])
            start += len(piece[0])
            if start == self.count:
                epoch, start = epoch + 1, 0
        return pieces

    def _tile(self, number: int) -> tuple[Float[Tensor, "pixels axes"], Float[Tensor, "pixels channels"]]:
        rows, columns = self.tiles.places[number]
        coords = crossings((self.all_lines[0][rows], self.all_lines[1][columns]), self.sample)
        return coords, torch.from_numpy(self.tiles.read(number)).to(self.sample).flatten(end_dim=1)

    def _order(self, epoch: int) -> tuple[Int[np.ndarray, " tiles"], Int[np.ndarray, " tiles"]]:
        """The tiles as they come in that pass over the picture, and how many pixels have come after each."""
        numbers = torch.randperm(len(self.tiles.places), generator=stream(self.seed, f"pass {epoch}")).numpy()
        places = [self.tiles.places[number] for number in numbers]
        pixels = ((rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in places)
        return numbers, np.fromiter(accumulate(pixels), np.int64, len(numbers))

    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""]:
        return square_error(rendered, self.sample)
