"""Files are read back by Pillow, imageio and tifffile: what was meant is what others see."""

import io
import zlib

import imageio.v3 as iio
import numpy as np
import pytest
import tifffile
from PIL import Image

from inr_cli.config.errors import ConfigError
from inr_cli.signal import encode
from inr_cli.signal.encode import TILE, check_format, encode_picture, quantise, write_tiff


def picture(channels: int, dtype: type = np.uint8) -> np.ndarray:
    top = np.iinfo(dtype).max
    return np.random.default_rng(channels).integers(0, top, (5, 7, channels), dtype=dtype, endpoint=True)


@pytest.mark.parametrize("bits", [8, 16])
def test_every_level_survives_the_way_through_float32(bits: int) -> None:
    levels = np.arange(2**bits).reshape(-1, 1, 1)
    unit = levels.astype(np.float32) / np.float32(2**bits - 1)
    assert np.array_equal(quantise(unit, bits), levels)


def test_rounding_is_to_the_nearest_with_halves_up() -> None:
    values = np.array([-1, 0, 0.499, 0.5, 1.49, 1.5, 254.5, 300], np.float64).reshape(-1, 1, 1) / 255
    assert quantise(values).ravel().tolist() == [0, 0, 0, 1, 1, 2, 255, 255]


def test_quantising_leaves_the_picture_alone() -> None:
    pixels = np.full((2, 2, 1), 0.3, np.float32)
    quantise(pixels)
    assert (pixels == np.float32(0.3)).all()


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("suffix", [".png", ".PNG", ".tif", ".tiff"])
def test_lossless_formats_hold_8_bits_exactly(suffix: str, channels: int) -> None:
    values = picture(channels)
    seen = np.asarray(Image.open(io.BytesIO(encode_picture(values, suffix))))
    assert np.array_equal(seen.reshape(values.shape), values)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_tiff_holds_16_bits_exactly(channels: int) -> None:
    values = picture(channels, np.uint16)
    seen = tifffile.imread(io.BytesIO(encode_picture(values, ".tif")))
    assert np.array_equal(seen.reshape(values.shape), values)


@pytest.mark.parametrize(("dtype", "is_big"), [(np.uint8, False), (np.uint16, True)])
def test_a_tiff_that_may_pass_4_gib_has_addresses_for_it(
    dtype: type, is_big: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = picture(3, dtype)
    monkeypatch.setattr(encode, "CLASSIC", 3 * TILE**2)  # what one tile of 8 bits comes to
    written = encode_picture(values, ".tif")
    assert written.startswith(b"II+\0" if is_big else b"II*\0")
    assert np.array_equal(tifffile.imread(io.BytesIO(written)), values)


def test_no_other_tiff_is_larger_than_its_addresses_reach() -> None:
    noise = zlib.compress(np.random.default_rng(0).bytes(TILE**2))  # which grows
    address_and_length = 8
    assert encode.CLASSIC / TILE**2 * (len(noise) + address_and_length) < 2**32


@pytest.mark.parametrize("channels", [3, 4])
def test_webp_is_lossless_even_under_full_transparency(channels: int) -> None:
    values = picture(channels)
    values[0, :, -1] = 0
    assert np.array_equal(iio.imread(encode_picture(values, ".webp"), extension=".webp", mode=None), values)


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg"])
def test_jpeg_is_close_on_a_smooth_picture(suffix: str) -> None:
    y, x = np.mgrid[0:64, 0:64] / 63
    smooth = np.stack([y, x, (x + y) / 2], axis=-1).astype(np.float32)
    seen = iio.imread(encode_picture(smooth, suffix)) / 255
    assert np.abs(seen - smooth).max() < 0.05


def test_floats_are_clamped_and_rounded_to_the_bits_asked_for() -> None:
    pixels = np.array([[[-0.5], [0.5], [1.5]]], np.float32)
    assert iio.imread(encode_picture(pixels, ".png")).ravel().tolist() == [0, 128, 255]
    assert iio.imread(encode_picture(pixels, ".png", bits=16)).ravel().tolist() == [0, 32768, 65535]


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert encode_picture(picture(3), ".tif") == encode_picture(picture(3), ".tif")


@pytest.mark.parametrize(
    ("suffix", "channels", "bits", "says"),
    [
        (".gif", 3, 8, ".png"),
        ("", 3, 8, ".webp"),
        (".pgn", 3, 8, "Did you mean '.png'?"),
        (".jpg", 3, 16, ".tif"),
        (".webp", 3, 16, ".png"),
        (".jpg", 4, 8, ".webp"),
        (".jpeg", 2, 8, ".png"),
        (".png", 3, 12, "8 or 16"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_with_the_way_out(
    suffix: str, channels: int, bits: int, says: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        check_format(suffix, channels, bits)
    assert says in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(ConfigError):
        encode_picture(np.zeros((2, 2, channels), np.float32), suffix, bits)


@pytest.mark.parametrize("shape", [(1, 1, 3), (256, 256, 1), (300, 257, 3), (513, 20, 4), (40, 600, 2)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_tiff_written_in_bands_is_read_as_the_picture(shape: tuple[int, int, int], dtype: type) -> None:
    picture = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype)
    file = io.BytesIO()
    write_tiff(file, (picture[top : top + TILE] for top in range(0, shape[0], TILE)), shape, picture.dtype)
    file.seek(0)
    with tifffile.TiffFile(file) as written:
        assert written.pages[0].is_tiled
        assert np.array_equal(written.asarray().reshape(shape), picture)
    if dtype == np.uint8:
        assert np.array_equal(np.asarray(Image.open(file)).reshape(shape), picture)
