"""A TIFF of any size, of which only a tile at a time is ever in memory."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from jaxtyping import Float32, Shaped
from tqdm import tqdm

from inr_cli.config.errors import PictureError
from inr_cli.signal.alpha import has_alpha
from inr_cli.signal.digest import sha256_of
from inr_cli.signal.limits import check_sides
from inr_cli.signal.read import AS_IT_STANDS, check_file, decoding, reading_of, unit_pixels
from inr_cli.signal.reading import Reading, UndecidedError
from inr_cli.signal.silence import silence
from inr_cli.signal.tiff import BLACK_IS_ZERO, DEFLATE, ORIENTATION, PLAIN, RGB, TIFF_STARTS, check_inflated, check_page

if TYPE_CHECKING:
    from tifffile import TiffPage

MAX_TILE = 2**24
"""Pixels of a tile, or of a strip."""
BAND = 2**16
"""Pixels that are read at once where the file stores them row after row, so that any number will do."""
THINNED = 2**20
"""Pixels that stand for the whole picture, at most."""

Place = tuple[slice, slice]
"""Rows and columns of the picture."""


class Tiles:
    """The pixels of a TIFF, cut as the file has them: in tiles, in strips, or in bands of rows where it does not.

    Raises `PictureError` for what `signal.read` refuses, and for what cannot be read in pieces.
    """

    def __init__(self, path: Path, color_max: float | None = None, reading: Reading = AS_IT_STANDS) -> None:
        from tifffile import TiffFile

        self.path, self.color_max, self.reading = path, color_max, reading
        with reading_of(path):
            length = check_file(path)
            with path.open("rb") as file:
                if file.read(4) not in TIFF_STARTS:
                    raise PictureError("is no TIFF, and only a TIFF is read by tiles")
            with decoding(), silence(), TiffFile(path) as tiff:
                self.page: TiffPage = tiff.pages[reading.frame_of(len(tiff.pages))].aspage()
                _check(self.page, length, reading)
                self.places = _places(self.page)
        self.shape = self.page.imagelength, self.page.imagewidth

    @property
    def every(self) -> int:
        """Of so many rows, and columns, one is in `thinned`."""
        return math.ceil(math.sqrt(math.prod(self.shape) / THINNED))

    def read(self, number: int) -> Float32[np.ndarray, "rows columns channels"]:
        """The colours of a tile, at `places[number]`. Raises `PictureError`."""
        with reading_of(self.path):
            with decoding(), silence(), self.path.open("rb") as file:
                read = _rows if self.page.is_contiguous else _segment
                stored = read(self.page, file, number, self.places[number])
            return unit_pixels(stored, self.color_max, self.reading)

    def thinned(self) -> Float32[np.ndarray, "height width channels"]:
        """Every so manieth pixel of every so manieth row, in one pass over the file. Raises `PictureError`."""
        k, (height, width) = self.every, self.shape
        channels = self.read(0).shape[2]
        thin = np.empty((math.ceil(height / k), math.ceil(width / k), channels), np.float32)
        for number, (rows, columns) in enumerate(tqdm(self.places, unit="tile", disable=None, delay=1, leave=False)):
            down, right = -rows.start % k, -columns.start % k
            part = self.read(number)[down::k, right::k]
            top, left = math.ceil(rows.start / k), math.ceil(columns.start / k)
            thin[top : top + part.shape[0], left : left + part.shape[1]] = part
        return thin

    def sha256(self) -> str:
        """Of the file's bytes."""
        with reading_of(self.path):
            return sha256_of(self.path)


def _check(page: TiffPage, length: int, reading: Reading) -> None:
    check_sides(page.imagewidth, page.imagelength)
    check_page(page)
    if page.dtype == np.bool_ or page.photometric not in (BLACK_IS_ZERO, RGB):
        raise PictureError("stores neither grey nor RGB, which alone are read by tiles; convert it")
    if page.axes not in ("YX", "YXS"):
        raise PictureError("stores its channels one after the other; save it with the channels of a pixel together")
    if page.tags.valueof(ORIENTATION, 1) != 1:
        raise PictureError("is stored turned or mirrored, which is not undone by tiles; save it upright")
    if has_alpha(page.samplesperpixel) and reading.alpha == "auto" and not reading.background:
        raise UndecidedError("has an alpha channel, of which a tile does not tell what it hides", "alpha=keep or drop")
    if page.compression not in (PLAIN, *DEFLATE):
        raise PictureError("is compressed in a way that is not read by tiles; save it uncompressed or with deflate")
    if any(start + count > length for start, count in zip(page.dataoffsets, page.databytecounts, strict=True)):
        raise PictureError("damaged: it says that it is longer than it is")
    if not page.is_contiguous and math.prod(page.chunks[:2]) > MAX_TILE:
        raise PictureError(f"is stored in pieces of more than {MAX_TILE} pixels; save it in tiles")


def _places(page: TiffPage) -> list[Place]:
    """Where each tile lies; those at the right and at the bottom are as large as there is picture."""
    height, width = page.imagelength, page.imagewidth
    down, right = (max(1, BAND // width), width) if page.is_contiguous else page.chunks[:2]
    return [
        (slice(top, min(top + down, height)), slice(left, min(left + right, width)))
        for top in range(0, height, down)
        for left in range(0, width, right)
    ]


def _rows(page: TiffPage, file: BinaryIO, number: int, place: Place) -> Shaped[np.ndarray, "rows columns channels"]:
    """Whole rows of a file that stores one after the other."""
    assert page.dtype is not None
    stored = np.dtype(page.dtype).newbyteorder(page.parent.byteorder)
    shape = _shape(page, place)
    row = page.imagewidth * page.samplesperpixel * stored.itemsize
    file.seek(page.dataoffsets[0] + place[0].start * row)
    return np.frombuffer(file.read(shape[0] * row), stored).reshape(shape).astype(page.dtype)


def _segment(page: TiffPage, file: BinaryIO, number: int, place: Place) -> Shaped[np.ndarray, "rows columns channels"]:
    """A tile, or a strip; what lies beyond the picture's edge is cut off."""
    shape = _shape(page, place)
    file.seek(page.dataoffsets[number])
    data = file.read(page.databytecounts[number])
    if not data:  # some programs leave out what is empty
        return np.zeros(shape, page.dtype)
    check_inflated(page, data)
    decoded = page.decode(data, number)[0]
    assert decoded is not None
    return decoded.reshape(decoded.shape[1], decoded.shape[2], -1)[: shape[0], : shape[1]]


def _shape(page: TiffPage, place: Place) -> tuple[int, int, int]:
    rows, columns = place
    return rows.stop - rows.start, columns.stop - columns.start, page.samplesperpixel
