"""TIFF files of up to four channels; float and 16-bit colour through tifffile, the rest through Pillow."""

from __future__ import annotations

import io
import math
import zlib
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Shaped

from inr_cli.config.errors import PictureError
from inr_cli.signal.limits import check_pixels
from inr_cli.signal.pillow import read_pillow
from inr_cli.signal.reading import Reading
from inr_cli.signal.silence import silence

if TYPE_CHECKING:
    from tifffile import TiffPage

TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
MAX_CHANNELS = 4
ORIENTATION = 274  # the number of its tag
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2  # PhotometricInterpretation
ASSOCIATED = 1  # ExtraSamples: alpha has been multiplied in
PLAIN, LZW, DEFLATE = 1, 5, (8, 32_946)  # Compression
CHANNELS_LAST = {"YX": (0, 1), "YXS": (0, 1, 2), "SYX": (1, 2, 0)}
# Orientation -> steps through the rows, steps through the columns, and whether these then change places.
UPRIGHT = {
    1: (1, 1, False),
    2: (1, -1, False),
    3: (-1, -1, False),
    4: (-1, 1, False),
    5: (1, 1, True),
    6: (-1, 1, True),
    7: (-1, -1, True),
    8: (1, -1, True),
}


def read_tiff(data: bytes, reading: Reading) -> Shaped[np.ndarray, "height width channels"]:
    """The stored numbers of a TIFF, upright: bool, uint8, uint16 or float.

    Raises `PictureError` for more than four channels, a picture beyond `limits` and other number types or colour
    models, its `UndecidedError` for several pages and CMYK; tifffile's or Pillow's own errors for a damaged file.
    """
    from tifffile import TiffFile

    with silence(), TiffFile(io.BytesIO(data)) as file:
        page = file.pages[reading.frame_of(len(file.pages))].aspage()
        check_pixels(page.imagewidth, page.imagelength)
        check_page(page)
        return _deep_values(page, data) if _is_deep(page) else read_pillow(data, reading)


def check_page(page: TiffPage) -> None:
    """Raise `PictureError` for what is not a picture of up to four channels in a type that is read."""
    if page.imagedepth > 1:
        raise PictureError("is a volume; save one of its slices as a file of its own")
    if page.samplesperpixel > MAX_CHANNELS:
        raise PictureError(f"has {page.samplesperpixel} channels, at most {MAX_CHANNELS} can be read")
    if page.dtype is None or not (page.dtype.kind == "f" or page.dtype in (np.bool_, np.uint8, np.uint16)):
        raise PictureError(f"stores {page.dtype} values; save it with 8 or 16 bits unsigned, or as float")
    if 8 < page.bitspersample < 16:
        raise PictureError(f"stores {page.bitspersample} bits per channel; save it with 8 or 16")


def _is_deep(page: TiffPage) -> bool:
    """Pillow would cut 16-bit colour to 8 bits, misses white-is-zero in 16-bit grey, and knows no float colour."""
    plain_grey = page.samplesperpixel == 1 and page.photometric != WHITE_IS_ZERO
    return page.dtype not in (np.bool_, np.uint8) and not (page.dtype == np.uint16 and plain_grey)


def _deep_values(page: TiffPage, data: bytes) -> Shaped[np.ndarray, "height width channels"]:
    if page.photometric == WHITE_IS_ZERO:
        raise PictureError("stores 16-bit or float values of which 0 is white; save it with 0 as black")
    if page.photometric not in (BLACK_IS_ZERO, RGB):
        raise PictureError("stores 16-bit or float values that are not grey or RGB; convert it to RGB")
    if ASSOCIATED in page.extrasamples:
        raise PictureError("stores colours multiplied by their alpha; save it with straight alpha")
    if page.axes not in CHANNELS_LAST:
        raise PictureError(f"has the axes {page.axes}, not rows, columns and channels")
    _check_inflated(page, data)
    stored = page.asarray().transpose(CHANNELS_LAST[page.axes]).reshape(page.imagelength, page.imagewidth, -1)
    return _upright(stored, page.tags.valueof(ORIENTATION, 1))


def _check_inflated(page: TiffPage, data: bytes) -> None:
    """Raise before a few kilobytes become gigabytes: tifffile inflates a strip without asking how long it may be."""
    if page.compression not in (PLAIN, LZW, *DEFLATE):
        raise PictureError("is compressed in a way that cannot be read safely; save it uncompressed or with deflate")
    if sum(page.databytecounts) > len(data):
        raise PictureError("damaged: it says that it is longer than it is")
    for start, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        check_inflated(page, data[start : start + count])


def check_inflated(page: TiffPage, piece: bytes) -> None:
    """Raise `PictureError` for a strip or tile that would become longer than it may."""
    if page.compression not in DEFLATE:
        return
    allowed = math.prod(page.chunks) * np.dtype(page.dtype).itemsize + 1  # its bytes, and one too many
    if len(zlib.decompressobj().decompress(piece, allowed)) == allowed:
        raise PictureError("damaged: a strip of it is longer than the picture allows")


def _upright(
    stored: Shaped[np.ndarray, "rows columns channels"], orientation: int
) -> Shaped[np.ndarray, "height width channels"]:
    """As a viewer shows it; a number that means nothing turns nothing."""
    down, right, swapped = UPRIGHT.get(orientation, UPRIGHT[1])
    seen = stored[::down, ::right]
    return seen.swapaxes(0, 1) if swapped else seen
