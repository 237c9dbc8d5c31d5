"""A TIFF read a tile at a time has the pixels that it has when it is read at once."""

import hashlib
import math
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from inr_cli.config.errors import ConfigError, PictureError
from inr_cli.signal import tiles as module
from inr_cli.signal.read import read_picture
from inr_cli.signal.reading import Reading, UndecidedError
from inr_cli.signal.tiles import Tiles

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 255, (70, 101, 3), dtype=np.uint8)
WAYS: dict[str, dict[str, Any]] = {
    "rows": {},
    "strips": {"rowsperstrip": 16},
    "deflated strips": {"rowsperstrip": 16, "compression": "zlib"},
    "tiles": {"tile": (32, 48)},
    "deflated tiles": {"tile": (32, 48), "compression": "zlib", "predictor": 2},
    "big-endian": {"byteorder": ">"},
    "BigTIFF": {"bigtiff": True, "tile": (32, 48)},
}
KINDS = {
    "8 bits": RGB,
    "16 bits": RGB.astype(np.uint16) * 257,
    "float": (RGB / 255).astype(np.float32),
    "grey": RGB[..., 0],
}


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands of few rows, so that a small picture has several."""
    monkeypatch.setattr(module, "BAND", 500)


def put_together(tiles: Tiles) -> np.ndarray:
    channels = tiles.read(0).shape[2]
    whole = np.full((*tiles.shape, channels), np.nan, np.float32)
    for number, place in enumerate(tiles.places):
        assert np.isnan(whole[place]).all(), "no pixel is in two tiles"
        whole[place] = tiles.read(number)
    return whole


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_tiles_make_the_picture(kind: str, way: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.tif"
    colours = KINDS[kind]
    options = WAYS[way] | ({"predictor": 1} if kind == "float" else {})
    tifffile.imwrite(file, colours, photometric="rgb" if colours.ndim == 3 else "minisblack", **options)
    tiles = Tiles(file)
    assert len(tiles.places) > 1
    np.testing.assert_array_equal(put_together(tiles), read_picture(file).pixels)
    assert tiles.sha256() == hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("way", ["rows", "tiles"])
def test_every_so_manieth_pixel_stands_for_the_picture(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "THINNED", 150)
    file = tmp_path / "picture.tif"
    tifffile.imwrite(file, RGB, **WAYS[way])
    tiles = Tiles(file)
    assert tiles.every == 7 == math.ceil(math.sqrt(70 * 101 / 150))
    np.testing.assert_array_equal(tiles.thinned(), read_picture(file).pixels[::7, ::7])


def test_a_colour_is_divided_by_what_stands_for_1(tmp_path: Path) -> None:
    file = tmp_path / "picture.tif"
    tifffile.imwrite(file, RGB // 2)
    np.testing.assert_allclose(put_together(Tiles(file, color_max=127)), RGB // 2 / np.float32(127), rtol=1e-6)
    with pytest.raises(ConfigError, match="color_max=5 is below"):
        Tiles(file, color_max=5).thinned()


def test_alpha_is_kept_dropped_or_laid_on_a_background_as_one_says(tmp_path: Path) -> None:
    file = tmp_path / "picture.tif"
    pixels = RNG.integers(0, 255, (40, 48, 4), dtype=np.uint8)
    tifffile.imwrite(file, pixels, photometric="rgb", extrasamples=["unassalpha"])
    for reading in (Reading(alpha="keep"), Reading(alpha="drop"), Reading(background="white")):
        np.testing.assert_array_equal(
            put_together(Tiles(file, reading=reading)), read_picture(file, reading=reading).pixels
        )
    with pytest.raises(UndecidedError, match="alpha"):
        Tiles(file)


def test_what_was_left_out_is_black(tmp_path: Path) -> None:
    file = tmp_path / "sparse.tif"
    tifffile.imwrite(file, RGB, tile=(32, 48))
    with tifffile.TiffFile(file, mode="r+") as opened:
        page = opened.pages[0].aspage()
        counts = list(page.databytecounts)
        page.tags["TileByteCounts"].overwrite([0, *counts[1:]])
        page.tags["TileOffsets"].overwrite([0, *page.dataoffsets[1:]])
    expected = RGB / np.float32(255)
    expected[:32, :48] = 0
    np.testing.assert_array_equal(put_together(Tiles(file)), expected)


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (RGB[..., 0], {"photometric": "miniswhite"}, "neither grey nor RGB"),
        (RGB[..., 0] > 100, {}, "neither grey nor RGB"),
        (np.moveaxis(RGB, -1, 0), {"planarconfig": "separate", "photometric": "rgb"}, "one after the other"),
        (RGB, {"extratags": [(274, 3, 1, 6, True)]}, "upright"),
        (RNG.integers(0, 255, (20, 20, 5), dtype=np.uint8), {"photometric": "rgb"}, "5 channels"),
        (np.zeros((8, 8), np.int32), {}, "int32"),
    ],
)
def test_what_would_have_to_be_guessed_is_refused(
    values: np.ndarray, options: dict[str, Any], says: str, tmp_path: Path
) -> None:
    file = tmp_path / "picture.tif"
    tifffile.imwrite(file, values, **options)
    with pytest.raises(PictureError, match=says):
        Tiles(file).thinned()


@pytest.mark.parametrize("data", [b"", b"no picture at all", b"II*\x00", b"II*\x00" + bytes(100)])
def test_what_is_no_tiff_is_refused(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "picture.tif"
    file.write_bytes(data)
    with pytest.raises(PictureError, match=r"picture\.tif: "):
        Tiles(file)


@pytest.mark.parametrize("name", ["missing.tif", "."])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"No such file|a folder"):
        Tiles(tmp_path / name)


def test_a_tile_that_would_inflate_beyond_its_size_is_not(tmp_path: Path) -> None:
    """100 MB of zeros deflate to 100 KB, which a tile of 4.6 KB cannot become."""
    file = tmp_path / "bomb.tif"
    tifffile.imwrite(file, RGB, tile=(32, 48), compression="zlib")
    with tifffile.TiffFile(file) as opened:
        page = opened.pages[0].aspage()
        entry = page.tags["TileOffsets"].valueoffset
        counts = page.tags["TileByteCounts"].valueoffset
    bomb = zlib.compress(bytes(100 * 2**20), 9)
    data = bytearray(file.read_bytes())
    struct.pack_into("<I", data, entry, len(data))
    struct.pack_into("<I", data, counts, len(bomb))
    file.write_bytes(bytes(data) + bomb)
    tiles = Tiles(file)
    tracemalloc.start()
    with pytest.raises(PictureError, match="longer than the picture allows"):
        tiles.read(0)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_damage_is_told_in_one_line_whatever_it_is(tmp_path: Path) -> None:
    """A thousand files with some bytes changed, or their end missing: a picture, or one line; never anything else."""
    file, random = tmp_path / "picture.tif", np.random.default_rng(1)
    refused = 0
    for number in range(1000):
        options = WAYS[list(WAYS)[number % len(WAYS)]]
        tifffile.imwrite(file, RGB[:40, :50], **options)
        data = bytearray(file.read_bytes())
        for place in random.integers(0, min(len(data), 400), 3):
            data[place] = random.integers(0, 256)
        file.write_bytes(data[: random.integers(8, len(data))] if number % 3 == 0 else data)
        try:
            Tiles(file).thinned()
        except (PictureError, UndecidedError) as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 300
