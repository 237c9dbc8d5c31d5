import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import png
import pytest
import tifffile
from PIL import Image

from inr_cli.config.errors import PictureError
from inr_cli.signal.pillow import read_pillow
from inr_cli.signal.reading import Reading, UndecidedError

RNG = np.random.default_rng(0)
RGB, INKS = (RNG.integers(0, 256, (4, 6, channels), dtype=np.uint8) for channels in (3, 4))
GREY16 = RNG.integers(0, 2**16, (4, 6), dtype=np.uint16)
AS_IT_STANDS = Reading()


def read(image: Image.Image, format: str, reading: Reading = AS_IT_STANDS, **options: object) -> np.ndarray:
    file = io.BytesIO()
    image.save(file, format, **options)
    return read_pillow(file.getvalue(), reading)


@pytest.mark.parametrize(
    ("format", "options"),
    [("PNG", {}), ("BMP", {}), ("WEBP", {"lossless": True}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})],
)
def test_lossless_formats_give_the_stored_numbers(format: str, options: dict[str, object]) -> None:
    assert np.array_equal(read(Image.fromarray(RGB), format, **options), RGB)


def test_a_gif_gives_the_colours_of_its_palette() -> None:
    few = (RGB // 128 * 255).astype(np.uint8)
    assert np.array_equal(read(Image.fromarray(few).quantize(8), "GIF"), few)


UPRIGHT: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda p: p,
    2: np.fliplr,
    3: lambda p: np.rot90(p, 2),
    4: np.flipud,
    5: lambda p: p.swapaxes(0, 1),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: np.rot90(p, 2).swapaxes(0, 1),
    8: np.rot90,
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("format", ["PNG", "TIFF", "WEBP"])
def test_a_turned_photograph_comes_upright(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    options = {"lossless": True} if format == "WEBP" else {}
    assert np.array_equal(read(Image.fromarray(RGB), format, exif=exif, **options), UPRIGHT[orientation](RGB))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("frame", range(3))
def test_any_frame_of_several_can_be_chosen(format: str, frame: int) -> None:
    """Frames that differ in one square are stored as that square; what is read is the whole."""
    frames = np.zeros((3, 16, 16, 3), np.uint8)
    for number in range(3):
        frames[number, : 4 + 4 * number, 4:8] = (255, 0, 0)
    first, *rest = map(Image.fromarray, frames)
    options = {"lossless": True} if format == "WEBP" else {}
    assert np.array_equal(
        read(first, format, Reading(frame=frame), save_all=True, append_images=rest, **options)[..., :3], frames[frame]
    )


def test_a_page_has_a_size_and_depth_of_its_own() -> None:
    pages = {"save_all": True, "append_images": [Image.fromarray(RGB[:2, :, 0])]}
    assert np.array_equal(read(Image.fromarray(RGB), "TIFF", Reading(frame=1), **pages), RGB[:2, :, :1])


def test_a_cameras_jpeg_with_a_preview_behind_it_is_one_picture() -> None:
    photo = Image.fromarray(np.full((8, 8, 3), 200, np.uint8))
    assert read(photo, "MPO", save_all=True, append_images=[photo]).shape == (8, 8, 3)


@pytest.mark.parametrize(("format", "tolerance"), [("TIFF", 1), ("JPEG", 6)])
def test_inks_become_colours_on_demand(format: str, tolerance: int) -> None:
    """R = (1 - C)(1 - K), in 8 bits: rounded up or down. JPEG stores them inverted, and loses some."""
    inks = np.broadcast_to(np.array([200, 100, 50, 30], np.uint8), (8, 8, 4))
    options = {"quality": 100} if format == "JPEG" else {}
    values = read(Image.fromarray(inks, "CMYK"), format, Reading(convert_cmyk=True), **options)
    coverage = inks / 255
    expected = 255 * (1 - coverage[..., :3]) * (1 - coverage[..., 3:])
    assert values.dtype == np.uint8
    np.testing.assert_allclose(values, expected, rtol=0, atol=tolerance)


def test_inks_are_refused_without_demand() -> None:
    with pytest.raises(UndecidedError, match="stores CMYK values") as caught:
        read(Image.fromarray(INKS, "CMYK"), "TIFF")
    assert caught.value.option == "convert_cmyk=true"


@pytest.mark.parametrize("convert", [True, False])
def test_other_colour_models_are_refused(convert: bool) -> None:
    with pytest.raises(PictureError, match="stores LAB values; convert it to 8-bit sRGB"):
        read(Image.new("LAB", (4, 4)), "TIFF", Reading(convert_cmyk=convert))


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_grey_of_16_bits_keeps_them(byteorder: str, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", GREY16, byteorder=byteorder)
    assert np.array_equal(read_pillow((tmp_path / "a.tif").read_bytes(), AS_IT_STANDS)[..., 0], GREY16)


def test_grey_of_16_bits_with_a_transparent_level_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        png.Writer(6, 4, greyscale=True, bitdepth=16, transparent=7).write(file, GREY16.tolist())
    with pytest.raises(PictureError, match="stores I;16 values"):
        read_pillow((tmp_path / "a.png").read_bytes(), AS_IT_STANDS)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("before", [b"", struct.pack(">I4s4sI", 4, b"teSt", b"told", zlib.crc32(b"teSttold"))])
def test_colours_of_16_bits_are_refused_wherever_the_header_stands(before: bytes, alpha: bool) -> None:
    file = io.BytesIO()
    png.Writer(6, 4, greyscale=False, alpha=alpha, bitdepth=16).write(file, np.zeros((4, 18 + 6 * alpha), int).tolist())
    data = file.getvalue()
    with pytest.raises(PictureError, match="a 16-bit colour PNG; save it as a 16-bit TIFF"):
        read_pillow(data[:8] + before + data[8:], AS_IT_STANDS)
