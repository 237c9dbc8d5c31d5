"""What a field needs to be a picture, with NumPy alone: `inr export --format numpy` copies this file before a field."""

import base64
import io
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

Field = Callable[[np.ndarray], np.ndarray]
CHUNK = 65_536  # points at a time


def coordinates(count: int, fitted: int, grid: str) -> np.ndarray:
    """The centres of `count` pixels in [-1, 1], on an axis of `fitted` pixels (see GRID)."""
    position = (np.arange(count) + 0.5) * fitted / count - 0.5
    if grid == "corner":
        return (2 * position + 1 - fitted) / max(fitted - 1, 1)
    return (2 * position + (grid == "centre") - fitted) / fitted


def render(field: Field, fitted: tuple[int, int], grid: str, height: int, width: int) -> np.ndarray:
    """The picture as `(height, width, channels)`, float32 in [0, 1]."""
    rows, columns = coordinates(height, fitted[0], grid), coordinates(width, fitted[1], grid)
    points = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2).astype("float32")
    colours = [field(points[start : start + CHUNK]) for start in range(0, len(points), CHUNK)]
    return np.clip(np.concatenate(colours), 0, 1).reshape(height, width, -1)


def png(picture: np.ndarray) -> bytes:
    """An 8-bit PNG of grey, grey and alpha, RGB or RGBA."""
    height, width, channels = picture.shape
    pixels = np.floor(picture * 255 + 0.5).astype("uint8").reshape(height, -1)
    lines = np.concatenate([np.zeros((height, 1), "uint8"), pixels], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def unpack(text: str) -> dict[str, np.ndarray]:
    """The field's numbers by name."""
    return dict(np.load(io.BytesIO(base64.b85decode("".join(text.split()))), allow_pickle=False))


def main(field: Field, fitted: tuple[int, int], grid: str) -> None:
    """`python FILE.py [LONGEST SIDE] [PICTURE.png]`; anything else prints what the file is."""
    if len(sys.argv) > 1 and not sys.argv[1].isdecimal():
        print(__doc__)
        return
    longest = int(sys.argv[1]) if len(sys.argv) > 1 else max(fitted)
    place = Path(sys.argv[2] if len(sys.argv) > 2 else f"{Path(sys.argv[0]).stem}.png")
    height, width = (max(1, round(side * longest / max(fitted))) for side in fitted)
    place.write_bytes(png(render(field, fitted, grid, height, width)))
    print(f"{place}  {width}x{height}")
