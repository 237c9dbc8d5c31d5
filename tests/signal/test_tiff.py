import io
import itertools
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from inr_cli.config.errors import PictureError
from inr_cli.signal.reading import Reading, UndecidedError
from inr_cli.signal.tiff import read_tiff

RNG = np.random.default_rng(0)
DEEP = RNG.integers(0, 2**16, (4, 6, 3), dtype=np.uint16)
DEEP_ALPHA = RNG.integers(0, 2**16, (4, 6, 4), dtype=np.uint16)
FLOAT = RNG.random((4, 6, 3)).astype(np.float32)
AS_IT_STANDS = Reading()
SEPARATE = {"planarconfig": "separate"}


def tiff(values: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def read(data: bytes, reading: Reading = AS_IT_STANDS) -> np.ndarray:
    return read_tiff(data, reading)


@pytest.mark.parametrize(
    "values",
    [DEEP, DEEP_ALPHA, FLOAT, FLOAT.astype(np.float64), FLOAT.astype(np.float16), DEEP.astype(np.uint8)],
    ids=["16 bits", "16 bits and alpha", "float", "double", "half", "8 bits"],
)
@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"byteorder": ">"}, SEPARATE], ids=str)
def test_the_stored_numbers_are_kept(values: np.ndarray, options: dict[str, object]) -> None:
    given = values.transpose(2, 0, 1) if options == SEPARATE else values
    stored = read(tiff(given, photometric="rgb", **options))
    assert stored.dtype == values.dtype
    assert np.array_equal(stored, values)


def test_a_float_grey_has_one_channel() -> None:
    assert np.array_equal(read(tiff(FLOAT[..., 0])), FLOAT[..., :1])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("values", [FLOAT, (FLOAT * 255).astype(np.uint8)], ids=["by us", "by Pillow"])
def test_a_turned_picture_comes_upright(values: np.ndarray, orientation: int) -> None:
    """By what the specification says of each number: where the stored first row and first column are seen."""
    seen: dict[int, Callable[[int, int], tuple[int, int]]] = {
        1: lambda row, column: (row, column),
        2: lambda row, column: (row, 5 - column),
        3: lambda row, column: (3 - row, 5 - column),
        4: lambda row, column: (3 - row, column),
        5: lambda row, column: (column, row),
        6: lambda row, column: (column, 3 - row),
        7: lambda row, column: (5 - column, 3 - row),
        8: lambda row, column: (5 - column, row),
    }
    pixels = read(tiff(values, photometric="rgb", extratags=[(274, 3, 1, orientation, True)]))
    assert pixels.shape == ((4, 6, 3) if orientation < 5 else (6, 4, 3))
    for row, column in itertools.product(range(4), range(6)):
        assert np.array_equal(pixels[seen[orientation](row, column)], values[row, column])


def test_a_number_that_turns_nothing_is_ignored() -> None:
    assert np.array_equal(read(tiff(FLOAT, photometric="rgb", extratags=[(274, 3, 1, 99, True)])), FLOAT)


@pytest.mark.parametrize("values", [FLOAT, DEEP, (FLOAT * 255).astype(np.uint8)], ids=["float", "16 bits", "8 bits"])
def test_any_page_can_be_chosen(values: np.ndarray) -> None:
    pages = np.stack([values, values[::-1], values[:, ::-1]])
    data = tiff(pages, photometric="rgb")
    with pytest.raises(UndecidedError, match="has 3 frames or pages"):
        read(data)
    for page in range(3):
        assert np.array_equal(read(data, Reading(frame=page)), pages[page])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (tiff(DEEP[..., 0], photometric="miniswhite"), "0 is white"),
        (tiff(DEEP_ALPHA, photometric="rgb", extrasamples=["assocalpha"]), "straight alpha"),
        (tiff(DEEP_ALPHA, photometric="separated"), "not grey or RGB"),
        (tiff(DEEP.astype(np.int16), photometric="rgb"), "stores int16 values"),
        (tiff(DEEP.astype(np.uint32), photometric="rgb"), "stores uint32 values"),
        (tiff(np.zeros((4, 6), np.complex64)), "stores complex64 values"),
        (tiff(np.zeros((2, 16, 16), np.uint8), volumetric=True, tile=(2, 16, 16)), "is a volume"),
        (tiff(FLOAT, photometric="rgb", compression="lzma"), "cannot be read safely"),
    ],
)
def test_what_would_be_guessed_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(PictureError, match=says):
        read(data)


def test_twelve_bits_are_not_taken_for_sixteen(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    file.write_bytes(tiff(np.arange(6, dtype=np.uint8)[None]))
    with tifffile.TiffFile(file, mode="r+b") as stored:
        stored.pages.first.tags["ImageWidth"].overwrite(4)
        stored.pages.first.tags["BitsPerSample"].overwrite(12)
    with pytest.raises(PictureError, match="stores 12 bits per channel"):
        read(file.read_bytes())


IN_A_CHILD = """
import resource, sys
from pathlib import Path
from inr_cli.signal.reading import Reading
from inr_cli.signal.tiff import read_tiff
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
read_tiff(Path(sys.argv[1]).read_bytes(), Reading())
"""


def test_a_strip_of_two_gigabytes_is_not_inflated(tmp_path: Path) -> None:
    file = tmp_path / "bomb.tif"
    whole = tiff(np.zeros((8, 8), np.float32), compression="zlib")
    million = zlib.compressobj(9)
    start = million.compress(bytes(10**6)) + million.flush(zlib.Z_FULL_FLUSH)
    more = zlib.compressobj(9, wbits=-15)
    strip = start + (more.compress(bytes(10**6)) + more.flush(zlib.Z_FULL_FLUSH)) * 2000
    file.write_bytes(whole)
    with tifffile.TiffFile(file, mode="r+b") as stored:
        stored.pages.first.tags["StripOffsets"].overwrite(len(whole))
        stored.pages.first.tags["StripByteCounts"].overwrite(len(strip))
    file.write_bytes(file.read_bytes() + strip)
    done = subprocess.run([sys.executable, "-c", IN_A_CHILD, str(file)], capture_output=True, text=True, check=False)
    assert "PictureError: damaged: a strip of it is longer" in done.stderr


def test_strips_longer_than_the_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.tif"
    file.write_bytes(tiff(FLOAT, photometric="rgb", rowsperstrip=1))
    with tifffile.TiffFile(file, mode="r+b") as stored:
        stored.pages.first.tags["StripByteCounts"].overwrite([60_000] * 4)
    with pytest.raises(PictureError, match="longer than it is"):
        read(file.read_bytes())
