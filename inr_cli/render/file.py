"""From a field to a picture file, with no float copy of the picture in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Shaped
from tqdm import tqdm

from inr_cli.render.field import Field
from inr_cli.render.view import View
from inr_cli.signal.encode import DTYPES, TIFF, TILE, check_format, encode_picture, quantise, write_tiff
from inr_cli.signal.write import write_bytes, write_stream


def render_file(field: Field, seen: View, path: Path, bits: int = 8) -> None:
    """Render what `seen` shows and write it atomically; the suffix of `path` decides the format.

    Memory beyond the program's own: 200 MB for the values of the points evaluated at once, whose number follows from
    the widest layer, and the picture in its final bits with one encoded copy; of a TIFF only a band of `TILE` rows.
    Raises `ConfigError` for a format that cannot hold the picture, `OutputError` if the file cannot be written.
    """
    check_format(path.suffix, field.geometry.channels, bits, max(seen.height, seen.width))
    shape = seen.height, seen.width, field.geometry.channels
    if path.suffix.lower() in TIFF:
        write_stream(path, lambda file: write_tiff(file, bands(field, seen, bits, TILE), shape, DTYPES[bits]))
        return
    [picture] = bands(field, seen, bits, seen.height)
    write_bytes(path, encode_picture(picture, path.suffix, bits))


def bands(field: Field, seen: View, bits: int, rows: int) -> Iterator[Shaped[np.ndarray, "rows width channels"]]:
    """What `seen` shows in its final bits, so many rows at a time, from the top; each is overwritten by the next."""
    band = np.empty((rows * seen.width, field.geometry.channels), dtype=DTYPES[bits])
    total, filled = seen.height * seen.width, 0
    with tqdm(total=total, unit="px", unit_scale=True, disable=None, delay=1, leave=False) as bar:
        for start, values in field.sample(seen):
            colours = quantise(values, bits)
            bar.update(len(colours))
            while len(colours):
                part = colours[: len(band) - filled]
                band[filled : filled + len(part)] = part
                filled, colours = filled + len(part), colours[len(part) :]
                if filled == len(band) or (start + len(values) == total and not len(colours)):
                    yield band[:filled].reshape(-1, seen.width, field.geometry.channels)
                    filled = 0
