"""Pixels become the bytes of a picture file; the only place where values are rounded."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import numpy as np
from jaxtyping import Float, Shaped, UInt8, UInt16

from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.signal.png16 import encode_png16

TILE = 256
"""Pixels a side of a TIFF's tiles."""
CLASSIC = 2**32 - 2**25
"""Bytes of pixels that a TIFF with addresses of 32 bits has room for, with what deflating noise and its tags add."""
DTYPES: dict[int, np.dtype[Any]] = {8: np.dtype(np.uint8), 16: np.dtype(np.uint16)}


def quantise(
    pixels: Float[np.ndarray, "height width channels"], bits: int = 8
) -> UInt8[np.ndarray, "height width channels"] | UInt16[np.ndarray, "height width channels"]:
    """Clamp to [0, 1] and round to the nearest of 2^bits levels, halves up: floor((2^bits - 1) x + 1/2)."""
    scaled: np.ndarray = np.clip(pixels, 0, 1)
    scaled *= 2**bits - 1  # in place: a large render has room for one float copy, not three
    scaled += 0.5
    return scaled.astype(DTYPES[bits])


def check_format(suffix: str, channels: int, bits: int = 8, longest: int = 1) -> None:
    """Raise `ConfigError` unless a `suffix` file can hold that many channels (1 to 4) at that depth (8 or 16).

    `longest` is the longest side in pixels.
    """
    if suffix.lower() not in ENCODERS:
        raise ConfigError(f"cannot write '{suffix}' pictures; choose {listing(ENCODERS)}.{near(suffix, ENCODERS)}")
    if bits not in DTYPES:
        raise ConfigError(f"bits={bits}: a picture is written with 8 or 16 bits per channel")
    if bits == 16 and suffix.lower() not in DEEP:
        raise ConfigError(f"bits=16: {suffix} has 8 bits per channel; choose {listing(DEEP)}")
    if longest > LONGEST.get(suffix.lower(), longest):
        raise ConfigError(f"{suffix} holds at most {LONGEST[suffix.lower()]} pixels a side; choose .png or .tif")
    if channels in (2, 4) and suffix.lower() not in ALPHA:
        raise ConfigError(f"{suffix} cannot store the alpha channel; choose {listing(ALPHA)}")


def encode_picture(pixels: Shaped[np.ndarray, "height width channels"], suffix: str, bits: int = 8) -> bytes:
    """The bytes of a `suffix` file with the picture in it.

    Floats are rounded to `bits` per channel (8, or 16 for PNG and TIFF); uint8 and uint16 arrays are stored as they
    are. PNG, TIFF and WEBP are lossless, JPEG has quality 95 and full colour resolution. Raises `ConfigError` as
    `check_format` does.
    """
    depth = 8 * pixels.dtype.itemsize if pixels.dtype.kind == "u" else bits
    check_format(suffix, channels=pixels.shape[2], bits=depth)
    values = pixels if pixels.dtype.kind == "u" else quantise(pixels, bits)
    return ENCODERS[suffix.lower()](values)


def _png(values: Shaped[np.ndarray, "height width channels"]) -> bytes:
    return encode_png16(values) if values.dtype == np.uint16 else _imageio(values, ".png")


def _jpeg(values: UInt8[np.ndarray, "height width channels"]) -> bytes:
    return _imageio(values, ".jpeg", quality=95, subsampling=0)  # full colour resolution


def _webp(values: UInt8[np.ndarray, "height width channels"]) -> bytes:
    return _imageio(values, ".webp", lossless=True, exact=True)  # exact: keep the colour of hidden pixels too


def _imageio(values: UInt8[np.ndarray, "height width channels"], extension: str, **options: Any) -> bytes:
    from imageio.v3 import imwrite

    data: bytes = imwrite("<bytes>", _grey_as_plane(values), extension=extension, **options)
    return data


def _tiff(values: Shaped[np.ndarray, "height width channels"]) -> bytes:
    file = io.BytesIO()
    bands = (values[top : top + TILE] for top in range(0, len(values), TILE))
    write_tiff(file, bands, values.shape, values.dtype)
    return file.getvalue()


def write_tiff(file: BinaryIO, bands: Iterable[np.ndarray], shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """A TIFF of deflated tiles of `TILE` pixels, from bands of as many rows: it never stands in memory as a whole."""
    from tifffile import imwrite

    height, width, channels = shape
    tiles = math.ceil(height / TILE) * math.ceil(width / TILE)
    imwrite(
        file,
        (zlib.compress(tile) for band in bands for tile in _tiles(band)),
        shape=(height, width, channels) if channels > 1 else (height, width),
        dtype=dtype,
        tile=(TILE, TILE),
        photometric="rgb" if channels > 2 else "minisblack",
        planarconfig="contig" if channels > 1 else None,
        extrasamples=["unassalpha"] if channels in (2, 4) else None,
        compression="zlib",
        metadata=None,
        bigtiff=tiles * TILE**2 * channels * dtype.itemsize > CLASSIC,  # compressed, tifffile itself never chooses it
    )


def _tiles(band: Shaped[np.ndarray, "rows width channels"]) -> Iterator[bytes]:
    """A band's squares from left to right, the last filled up."""
    rows, width, channels = band.shape
    for left in range(0, width, TILE):
        tile = np.zeros((TILE, TILE, channels), band.dtype)
        part = band[:, left : left + TILE]
        tile[:rows, : part.shape[1]] = part
        yield tile.tobytes()


def _grey_as_plane(values: Shaped[np.ndarray, "height width channels"]) -> Shaped[np.ndarray, " ..."]:
    return values[..., 0] if values.shape[2] == 1 else values


ENCODERS: dict[str, Callable[[np.ndarray], bytes]] = {
    ".png": _png,
    ".jpg": _jpeg,
    ".jpeg": _jpeg,
    ".webp": _webp,
    ".tif": _tiff,
    ".tiff": _tiff,
}
DEEP = (".png", ".tif", ".tiff")
TIFF = (".tif", ".tiff")
"""What can be written band by band, by `write_tiff`."""
LONGEST = {".webp": 16_383, ".jpg": 65_500, ".jpeg": 65_500}
ALPHA = (".png", ".tif", ".tiff", ".webp")
