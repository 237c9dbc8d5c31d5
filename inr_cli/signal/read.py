"""A picture file becomes the numbers it stores, or one line that says why it cannot."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Shaped, UInt

from inr_cli.config.errors import ConfigError, PictureError
from inr_cli.signal.picture import Picture
from inr_cli.signal.pillow import read_pillow
from inr_cli.signal.tiff import TIFF_STARTS, read_tiff

MAX_BYTES = 512 * 2**20
ACCEPTED = "accepted: PNG, JPEG, WEBP, TIFF, BMP, GIF; 8 bits, 16-bit grey, 16-bit and float TIFF"


def read_picture(path: Path, color_max: float | None = None) -> Picture:
    """Read a picture as float32 `(height, width, channels)` in [0, 1], recognised by its content, turned upright.

    Integers are divided by their type's maximum (255, 65535), or by `color_max` where it is given. An alpha channel
    that hides nothing is dropped. Raises `PictureError` for anything that would have to be guessed or cut, and
    `ConfigError` for a `color_max` below the picture's largest value.
    """
    try:
        data = _file_bytes(path)
        stored = _without_opaque_alpha(_decode(data))
        _check_range(stored, color_max)
    except PictureError as error:
        raise PictureError(f"{_shown(path)}: {error}; {ACCEPTED}") from None
    pixels = _unit(stored, color_max)
    return Picture(np.ascontiguousarray(pixels), path.stem, hashlib.sha256(data).hexdigest())


def _file_bytes(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PictureError("a folder is not a picture")
        if not stat.S_ISREG(status.st_mode):
            raise PictureError("not a regular file")
        if not 0 < status.st_size <= MAX_BYTES:
            raise PictureError(f"the file has {status.st_size} bytes, it must have 1 to {MAX_BYTES}")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(error.strerror or "cannot be read") from None


def _decode(data: bytes) -> Shaped[np.ndarray, "height width channels"]:
    read = read_tiff if data.startswith(TIFF_STARTS) else read_pillow
    try:
        return read(data)
    except PictureError:
        raise
    except Exception as error:  # a decoder meets a damaged or hostile file with whatever it likes to raise
        reason = " ".join(str(error).split())[:80]
        raise PictureError(f"damaged or not a picture ({reason or type(error).__name__})") from None


def _full(stored: Shaped[np.ndarray, "height width channels"]) -> int:
    """The stored number that means 1."""
    return int(np.iinfo(stored.dtype).max) if stored.dtype.kind == "u" else 1


def _without_opaque_alpha(
    stored: Shaped[np.ndarray, "height width channels"],
) -> Shaped[np.ndarray, "height width kept"]:
    has_alpha = stored.shape[2] in (2, 4)
    return stored[..., :-1] if has_alpha and bool((stored[..., -1] == _full(stored)).all()) else stored


def _check_range(stored: Shaped[np.ndarray, "height width channels"], color_max: float | None) -> None:
    lowest, highest = stored.min(), stored.max()  # both are NaN if a single value is
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise PictureError("has values that are not finite (NaN or infinity)")
    if stored.dtype.kind == "f" and not (lowest >= 0 and highest <= 1):
        raise PictureError(f"has float values from {lowest:g} to {highest:g}; scale them to [0, 1]")
    if stored.dtype.kind == "u" and color_max is not None and highest > color_max:
        raise ConfigError(f"color_max={color_max:g} is below the picture's largest value; give {highest} or more")


def _unit(
    stored: Float[np.ndarray, "h w c"] | UInt[np.ndarray, "h w c"] | Bool[np.ndarray, "h w c"], color_max: float | None
) -> Float[np.ndarray, "h w c"]:
    if stored.dtype.kind == "u":
        return stored.astype(np.float32) / np.float32(color_max or _full(stored))
    return stored.astype(np.float32)


def _shown(path: Path, limit: int = 100) -> str:
    """The path on one line, its end kept where it is long."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(path))
    return text if len(text) <= limit else f"...{text[-limit:]}"
