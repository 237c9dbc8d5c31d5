"""Damages a picture in many ways and reads each: run as a program, in a process of its own, so that it may crash.

    python mutants.py PICTURE SEED FIRST COUNT

One line of JSON per mutant: its number, what came of it and the seconds; in the end the peak memory in MiB.
"""

import json
import random
import resource
import struct
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from inr_cli.config.errors import PictureError
from inr_cli.signal.read import read_picture
from inr_cli.signal.reading import Reading

MEMORY = 4 * 2**30
PNG_START = b"\x89PNG\r\n\x1a\n"
EXTREMES = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]
READINGS = [
    Reading(),
    Reading(frame=0, convert_cmyk=True),
    Reading(frame=0, convert_cmyk=True, background="#ff8000"),
    Reading(frame=1),
]
LIKELY = [1, 3, 3, 1]


def flip(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice([1, 1, 2, 8])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def overwrite(data: bytearray, rng: random.Random) -> bytearray:
    """A number of the header that is as large or as small as can be."""
    place = rng.randrange(min(len(data), 300))
    value = struct.pack(rng.choice("<>") + "I", rng.choice(EXTREMES))[: rng.choice([1, 2, 4])]
    data[place : place + len(value)] = value
    return data


def cut(data: bytearray, rng: random.Random) -> bytearray:
    return data[: rng.randrange(len(data))]


def leave_out(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    del data[start : start + rng.randrange(1, 64)]
    return data


def put_in(data: bytearray, rng: random.Random) -> bytearray:
    place = rng.randrange(len(data))
    data[place:place] = rng.randbytes(rng.randrange(1, 64))
    return data


def repeat(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.randrange(1, 256)]
    place = rng.randrange(len(data))
    data[place:place] = piece * rng.choice([1, 2, 50])
    return data


def swap(data: bytearray, rng: random.Random) -> bytearray:
    size = rng.randrange(1, 32)
    first, second = (rng.randrange(len(data)) for _ in range(2))
    data[first : first + size], data[second : second + size] = (
        data[second : second + size],
        data[first : first + size],
    )
    return data


MUTATIONS: list[Callable[[bytearray, random.Random], bytearray]] = [
    flip,
    flip,
    overwrite,
    overwrite,
    cut,
    leave_out,
    put_in,
    repeat,
    swap,
]


def with_true_checksums(data: bytes) -> bytes:
    """A PNG whose chunks all pass their check, so that more than the check is tried."""
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        body = data[place + 4 : place + 8 + length]
        parts.append(struct.pack(">I", length) + body + struct.pack(">I", zlib.crc32(body)))
        place += 12 + length
    return b"".join(parts)


def mutant(original: bytes, rng: random.Random) -> bytes:
    data = bytes(rng.choice(MUTATIONS)(bytearray(original), rng))
    return with_true_checksums(data) if data.startswith(PNG_START) and rng.random() < 0.7 else data


def outcome(path: Path, reading: Reading) -> str:
    """`decoded` to a picture like any other, or the line of a refusal."""
    try:
        pixels = read_picture(path, reading=reading).pixels
    except PictureError as error:
        assert str(error).isprintable(), error
        return str(error).removeprefix(f"{path}: ")
    assert pixels.dtype == np.float32 and pixels.ndim == 3 and 1 <= pixels.shape[2] <= 4
    assert np.isfinite(pixels).all() and 0 <= pixels.min() <= pixels.max() <= 1
    return "decoded"


def main(picture: Path, seed: int, first: int, count: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    original, path = picture.read_bytes(), picture.with_name(f"mutant of {picture.name} from {first}")
    for number in range(first, first + count):
        rng = random.Random(f"{seed} {picture.name} {number}")
        path.write_bytes(mutant(original, rng))
        start = time.perf_counter()
        came = outcome(path, rng.choices(READINGS, LIKELY)[0])
        print(json.dumps([number, came, time.perf_counter() - start]), flush=True)
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
