"""How large a picture may be: checked by what its header says, before memory is taken."""

from __future__ import annotations

from inr_cli.config.errors import PictureError

MAX_BYTES = 512 * 2**20  # of the file
MAX_PIXELS = 64 * 2**20
MAX_SIDE = 65_535  # what a checkpoint can say of its picture
OR_TILES = ", or make it a TIFF and add task=tiles"


def check_bytes(count: int) -> None:
    """Raise `PictureError` for a file that is empty, or larger than `MAX_BYTES`."""
    if not 0 < count <= MAX_BYTES:
        raise PictureError(f"the file has {count} bytes, it must have 1 to {MAX_BYTES}{OR_TILES * (count > 0)}")


def check_pixels(width: int, height: int) -> None:
    """Raise `PictureError` for no pixel, more than `MAX_PIXELS` in all or more than `MAX_SIDE` on a side."""
    if width * height > MAX_PIXELS:
        many = f"{width} x {height} pixels are more than the {MAX_PIXELS} allowed"
        raise PictureError(f"{many}; shrink it first{OR_TILES}")
    check_sides(width, height)


def check_sides(width: int, height: int) -> None:
    """Raise `PictureError` for no pixel, or more than `MAX_SIDE` on a side."""
    if not (width and height):
        raise PictureError(f"{width} x {height} pixels are no picture")
    if max(width, height) > MAX_SIDE:
        raise PictureError(f"{width} x {height} pixels: a side has at most {MAX_SIDE}; cut it first")
