"""From a field to a picture file, with no float copy of the picture in between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tqdm import tqdm

from inr_cli.render.field import Field
from inr_cli.render.view import View
from inr_cli.signal.encode import DTYPES, check_format, encode_picture, quantise
from inr_cli.signal.write import write_bytes


def render_file(field: Field, seen: View, path: Path, bits: int = 8) -> None:
    """Render what `seen` shows and write it atomically; the suffix of `path` decides the format.

    Memory beyond the program's own: the picture in its final bits, one encoded copy, and 200 MB for the values of the
    points evaluated at once, whose number follows from the widest layer. Raises `ConfigError` for a format that
    cannot hold the picture, `OutputError` if the file cannot be written.
    """
    check_format(path.suffix, field.geometry.channels, bits, max(seen.height, seen.width))
    picture = np.empty((seen.height * seen.width, field.geometry.channels), dtype=DTYPES[bits])
    with tqdm(total=len(picture), unit="px", unit_scale=True, disable=None, delay=1, leave=False) as bar:
        for start, values in field.sample(seen):
            picture[start : start + len(values)] = quantise(values, bits)
            bar.update(len(values))
    write_bytes(path, encode_picture(picture.reshape(seen.height, seen.width, -1), path.suffix, bits))
