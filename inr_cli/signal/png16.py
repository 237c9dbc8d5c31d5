"""PNG with 16 bits per channel (ISO/IEC 15948), because Pillow and imageio cannot write 16-bit colour."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from jaxtyping import UInt8, UInt16

PNG_START = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> grey, grey and alpha, RGB, RGBA
FILTER_UP = 2


def encode_png16(values: UInt16[np.ndarray, "height width channels"]) -> bytes:
    """The bytes of a PNG file that holds 1 to 4 channels of 16 bits."""
    height, width, channels = values.shape
    header = struct.pack(">2I5B", width, height, 16, COLOUR_TYPE[channels], 0, 0, 0)
    rows = zlib.compress(_filtered(values).data, level=6)
    return PNG_START + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _filtered(values: UInt16[np.ndarray, "height width channels"]) -> UInt8[np.ndarray, "height line"]:
    """Every byte minus the one above it (modulo 256), each row led by the filter's number."""
    height = len(values)
    stored = np.ascontiguousarray(values, dtype=">u2").view(np.uint8).reshape(height, -1)
    lines = np.empty((height, 1 + stored.shape[1]), np.uint8)
    lines[:, 0] = FILTER_UP
    lines[0, 1:] = stored[0]
    np.subtract(stored[1:], stored[:-1], out=lines[1:, 1:])
    return lines


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
