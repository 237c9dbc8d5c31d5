"""A picture file becomes the numbers it stores, or one line that says why it cannot."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Shaped

from inr_cli.config.errors import ConfigError, PictureError
from inr_cli.signal.alpha import has_alpha, with_alpha_decided
from inr_cli.signal.limits import check_bytes
from inr_cli.signal.picture import Picture
from inr_cli.signal.pillow import read_pillow
from inr_cli.signal.reading import Reading, UndecidedError
from inr_cli.signal.tiff import TIFF_STARTS, read_tiff

ACCEPTED = "accepted: PNG, JPEG, WEBP, TIFF, BMP, GIF; 8 bits, 16-bit grey, 16-bit and float TIFF"
AS_IT_STANDS = Reading()


def read_picture(path: Path, color_max: float | None = None, reading: Reading = AS_IT_STANDS) -> Picture:
    """Read a picture as float32 `(height, width, channels)` in [0, 1], recognised by its content, turned upright.

    Integers are divided by their type's maximum (255, 65535), colours by `color_max` where it is given. Raises
    `PictureError` for anything that would have to be guessed or cut, its `UndecidedError` where `reading` can say how,
    and `ConfigError` for a `color_max` below the picture's largest value.
    """
    with reading_of(path):
        check_bytes(check_file(path))
        data = path.read_bytes()
        with decoding():
            stored = (read_tiff if data.startswith(TIFF_STARTS) else read_pillow)(data, reading)
        pixels = unit_pixels(stored, color_max, reading)
    return Picture(pixels, path.stem, hashlib.sha256(data).hexdigest())


@contextmanager
def reading_of(path: Path) -> Iterator[None]:
    """Inside it, what is wrong with the file is said in one line that begins with its path."""
    try:
        yield
    except MemoryError:
        raise PictureError(f"{_shown(path)}: does not fit into memory; shrink it first") from None
    except UndecidedError as error:
        raise UndecidedError(f"{_shown(path)}: {error}", error.option) from None
    except PictureError as error:
        raise PictureError(f"{_shown(path)}: {error}; {ACCEPTED}") from None
    except OSError as error:
        raise PictureError(f"{_shown(path)}: {error.strerror or 'cannot be read'}; {ACCEPTED}") from None


@contextmanager
def decoding() -> Iterator[None]:
    """A decoder meets a damaged or hostile file with whatever it likes to raise: inside it, `PictureError`."""
    try:
        yield
    except (PictureError, MemoryError):
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:80]
        raise PictureError(f"damaged or not a picture ({reason or type(error).__name__})") from None


def check_file(path: Path) -> int:
    """The length of a regular file in bytes. Raises `PictureError` for anything else."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise PictureError("a folder is not a picture")
    if not stat.S_ISREG(status.st_mode):
        raise PictureError("not a regular file")
    return status.st_size


def unit_pixels(
    stored: Shaped[np.ndarray, "height width channels"], color_max: float | None, reading: Reading
) -> Float32[np.ndarray, "height width channels"]:
    """Stored numbers in [0, 1], their alpha as `reading` wants it. Raises `PictureError`, `ConfigError`."""
    _check_range(stored, color_max)
    return np.ascontiguousarray(with_alpha_decided(_unit(stored, color_max), reading))


def _full(stored: Shaped[np.ndarray, "height width channels"]) -> int:
    """The stored number that means 1."""
    return int(np.iinfo(stored.dtype).max) if stored.dtype.kind == "u" else 1


def _check_range(stored: Shaped[np.ndarray, "height width channels"], color_max: float | None) -> None:
    lowest, highest = stored.min(), stored.max()  # both are NaN if a single value is
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise PictureError("has values that are not finite (NaN or infinity)")
    if stored.dtype.kind == "f" and not (lowest >= 0 and highest <= 1):
        raise PictureError(f"has float values from {lowest:g} to {highest:g}; scale them to [0, 1]")
    highest = stored[..., : _colours(stored)].max()
    if stored.dtype.kind == "u" and color_max is not None and highest > color_max:
        raise ConfigError(f"color_max={color_max:g} is below the picture's largest value; give {highest} or more")


def _colours(stored: Shaped[np.ndarray, "height width channels"]) -> int:
    """How many channels are colours."""
    return stored.shape[2] - has_alpha(stored.shape[2])


def _unit(
    stored: Shaped[np.ndarray, "height width channels"], color_max: float | None
) -> Float32[np.ndarray, "height width channels"]:
    """The stored numbers as shares of the one that means 1; `color_max` is said of integer colours only."""
    full = np.full(stored.shape[2], _full(stored), np.float32)
    if stored.dtype.kind == "u" and color_max is not None:
        full[: _colours(stored)] = color_max
    pixels = stored.astype(np.float32)
    pixels /= full  # in place: large pictures are what limits the memory
    return pixels


def _shown(path: Path, limit: int = 100) -> str:
    """The path on one line, its end kept where it is long."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(path))
    return text if len(text) <= limit else f"...{text[-limit:]}"
