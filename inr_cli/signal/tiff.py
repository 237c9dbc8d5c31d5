"""TIFF files: one page, up to four channels; float and 16-bit colour through tifffile, the rest through Pillow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Shaped

from inr_cli.config.errors import PictureError
from inr_cli.signal.pillow import check_pixels, read_pillow

if TYPE_CHECKING:
    from tifffile import TiffPage

TIFF_STARTS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
MAX_CHANNELS = 4
ORIENTATION = 274  # the number of its tag
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB = 0, 1, 2  # PhotometricInterpretation
CHANNELS_LAST = {"YX": (0, 1), "YXS": (0, 1, 2), "SYX": (1, 2, 0)}


def read_tiff(data: bytes) -> Shaped[np.ndarray, "height width channels"]:
    """The stored numbers of a TIFF: bool, uint8, uint16 or float.

    Raises `PictureError` for several pages, more than four channels or 64 Mi pixels, and other number types or
    colour models; tifffile's or Pillow's own errors for a damaged file.
    """
    from tifffile import TiffFile

    with TiffFile(io.BytesIO(data)) as file:
        page = file.pages.first
        _check(page, pages=len(file.pages))
        return _deep_values(page) if _is_deep(page) else read_pillow(data)


def _check(page: TiffPage, pages: int) -> None:
    check_pixels(page.imagewidth, page.imagelength)
    if pages > 1 or page.imagedepth > 1:
        raise PictureError("several frames or pages; extract one as a file of its own")
    if page.samplesperpixel > MAX_CHANNELS:
        raise PictureError(f"has {page.samplesperpixel} channels, at most {MAX_CHANNELS} can be read")
    if page.dtype is None or not (page.dtype.kind == "f" or page.dtype in (np.bool_, np.uint8, np.uint16)):
        raise PictureError(f"stores {page.dtype} values; save it with 8 or 16 bits unsigned, or as float")


def _is_deep(page: TiffPage) -> bool:
    """Pillow would cut 16-bit colour to 8 bits, misses white-is-zero in 16-bit grey, and knows no float colour."""
    plain_grey = page.samplesperpixel == 1 and page.photometric != WHITE_IS_ZERO
    return page.dtype not in (np.bool_, np.uint8) and not (page.dtype == np.uint16 and plain_grey)


def _deep_values(page: TiffPage) -> Shaped[np.ndarray, "height width channels"]:
    if page.photometric not in (BLACK_IS_ZERO, RGB):
        raise PictureError("stores 16-bit or float values that are not grey or RGB; convert it to RGB")
    if page.tags.valueof(ORIENTATION, 1) != 1:
        raise PictureError("is stored turned; save it upright")
    if page.axes not in CHANNELS_LAST:
        raise PictureError(f"has the axes {page.axes}, not rows, columns and channels")
    return page.asarray().transpose(CHANNELS_LAST[page.axes]).reshape(page.imagelength, page.imagewidth, -1)
