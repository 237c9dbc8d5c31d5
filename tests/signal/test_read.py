"""Odd files: the documented pixels, or one line that says why not; never silently other pixels."""

import hashlib
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import png
import pytest
import tifffile
from PIL import Image

from inr_cli.config.errors import ConfigError, PictureError
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.png16 import encode_png16
from inr_cli.signal.read import read_picture

RNG = np.random.default_rng(0)
GREY, GREY_ALPHA, RGB, RGBA = (RNG.integers(0, 255, (4, 6, c), dtype=np.uint8) for c in (1, 2, 3, 4))
DEEP = RNG.integers(0, 2**16, (4, 6, 3), dtype=np.uint16)
FLOAT = RNG.uniform(0, 1, (4, 6, 3)).astype(np.float32)


def pillow(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def tiff(values: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def pypng(values: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    png.Writer(values.shape[1], values.shape[0], **options).write(file, values.reshape(len(values), -1).tolist())
    return file.getvalue()


def turned(orientation: int, format: str) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    return pillow(Image.fromarray(RGB), format, exif=exif)


def palette(transparent: bool) -> tuple[bytes, np.ndarray]:
    image = Image.new("P", (3, 2))
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    image.putdata([0, 1, 2, 2, 1, 0])
    colours = np.array([[10, 20, 30, 255], [40, 50, 60, 255], [70, 80, 90, 255]])
    if transparent:
        colours[1, 3] = 0
        return pillow(image, transparency=1), colours[[[0, 1, 2], [2, 1, 0]]]
    return pillow(image), colours[[[0, 1, 2], [2, 1, 0]], :3]


def frames(format: str) -> bytes:
    first, second = Image.new("RGB", (4, 4), "red"), Image.new("RGB", (4, 4), "blue")
    return pillow(first, format, save_all=True, append_images=[second])


def bomb(side: int) -> bytes:
    """A PNG of 70 bytes that claims to be a large picture."""
    chunks = (b"IHDR" + struct.pack(">2I5B", side, side, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b"0"), b"IEND")
    packed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def read(data: bytes, tmp_path: Path, color_max: float | None = None) -> np.ndarray:
    path = tmp_path / "picture.dat"  # the name says nothing: pictures are known by their content
    path.write_bytes(data)
    return read_picture(path, color_max).pixels


def levels(values: np.ndarray, top: int = 255) -> np.ndarray:
    return values.astype(np.float32) / np.float32(top)


OPAQUE = np.concatenate([RGB, np.full((4, 6, 1), 255, np.uint8)], axis=2)
DEEP_OPAQUE = np.concatenate([DEEP, np.full((4, 6, 1), 65535, np.uint16)], axis=2)
BITS = np.array([[True, False, True], [False, False, True]])

READABLE: dict[str, tuple[bytes, np.ndarray]] = {
    "grey": (pillow(Image.fromarray(GREY[..., 0])), levels(GREY)),
    "grey and alpha": (pillow(Image.fromarray(GREY_ALPHA)), levels(GREY_ALPHA)),
    "rgb": (pillow(Image.fromarray(RGB)), levels(RGB)),
    "rgba": (pillow(Image.fromarray(RGBA)), levels(RGBA)),
    "opaque rgba": (pillow(Image.fromarray(OPAQUE)), levels(RGB)),
    "bmp": (pillow(Image.fromarray(RGB), "BMP"), levels(RGB)),
    "webp": (pillow(Image.fromarray(RGB), "WEBP", lossless=True), levels(RGB)),
    "tiff": (pillow(Image.fromarray(RGB), "TIFF"), levels(RGB)),
    "tiff lzw": (pillow(Image.fromarray(RGB), "TIFF", compression="tiff_lzw"), levels(RGB)),
    "tiff planes": (tiff(RGB.transpose(2, 0, 1), photometric="rgb", planarconfig="separate"), levels(RGB)),
    "gif": (pillow(Image.fromarray(GREY[..., 0]), "GIF"), levels(GREY)),
    "one bit": (pillow(Image.fromarray(BITS)), BITS[..., None].astype(np.float32)),
    "one bit tiff": (pillow(Image.fromarray(BITS), "TIFF"), BITS[..., None].astype(np.float32)),
    "palette": (palette(False)[0], levels(palette(False)[1])),
    "palette with transparency": (palette(True)[0], levels(palette(True)[1])),
    "grey16 png": (pypng(DEEP[..., 0], greyscale=True, bitdepth=16), levels(DEEP[..., :1], 65535)),
    "grey16 png of ours": (encode_png16(DEEP[..., :1]), levels(DEEP[..., :1], 65535)),
    "grey16 tiff": (tiff(DEEP[..., 0]), levels(DEEP[..., :1], 65535)),
    "grey16 tiff big-endian": (tiff(DEEP[..., 0], byteorder=">"), levels(DEEP[..., :1], 65535)),
    "rgb16 tiff": (tiff(DEEP, photometric="rgb"), levels(DEEP, 65535)),
    "rgb16 tiff of ours": (encode_picture(DEEP, ".tif"), levels(DEEP, 65535)),
    "rgb16 planes": (tiff(DEEP.transpose(2, 0, 1), photometric="rgb", planarconfig="separate"), levels(DEEP, 65535)),
    "rgba16 opaque": (tiff(DEEP_OPAQUE, photometric="rgb", extrasamples=["unassalpha"]), levels(DEEP, 65535)),
    "float tiff": (tiff(FLOAT, photometric="rgb"), FLOAT),
    "float grey tiff": (tiff(FLOAT[..., 0]), FLOAT[..., :1]),
    "double tiff": (tiff(FLOAT.astype(np.float64), photometric="rgb"), FLOAT),
}


@pytest.mark.parametrize("kind", READABLE)
def test_stored_numbers_are_kept_exactly(kind: str, tmp_path: Path) -> None:
    data, expected = READABLE[kind]
    pixels = read(data, tmp_path)
    if kind == "gif" and pixels.shape[2] == 3:  # a palette of greys is a palette
        expected = expected.repeat(3, axis=2)
    assert pixels.dtype == np.float32 and pixels.flags.c_contiguous
    assert np.array_equal(pixels, expected)


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
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_a_turned_photograph_comes_upright(format: str, orientation: int, tmp_path: Path) -> None:
    assert np.array_equal(read(turned(orientation, format), tmp_path), levels(UPRIGHT[orientation](RGB)))


def test_a_cameras_jpeg_with_a_preview_behind_it_is_one_picture(tmp_path: Path) -> None:
    photo = Image.fromarray(np.full((8, 8, 3), 200, np.uint8))
    assert read(pillow(photo, "MPO", save_all=True, append_images=[photo]), tmp_path).shape == (8, 8, 3)


def test_color_max_divides_the_stored_integers(tmp_path: Path) -> None:
    data = pillow(Image.fromarray(RGB))
    assert np.array_equal(read(data, tmp_path, color_max=256.0), RGB.astype(np.float32) / 256)
    with pytest.raises(ConfigError, match="color_max=100 is below"):
        read(data, tmp_path, color_max=100.0)


def test_name_and_fingerprint_are_the_files(tmp_path: Path) -> None:
    path = tmp_path / "my cat.png"
    path.write_bytes(pillow(Image.fromarray(RGB)))
    picture = read_picture(path)
    assert picture.name == "my cat"
    assert picture.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


NOISE = pillow(Image.fromarray(RNG.integers(0, 255, (64, 64, 3), dtype=np.uint8)))
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "0 bytes"),
    "text": (b"hello, world\n" * 10, "not a picture"),
    "vector": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n", "not a picture"),
    "truncated png": (NOISE[: len(NOISE) // 2], "damaged"),
    "truncated jpeg": (pillow(Image.open(io.BytesIO(NOISE)), "JPEG")[:800], "damaged"),
    "truncated float tiff": (tiff(FLOAT, photometric="rgb")[:-100], "damaged"),
    "signature only": (b"\x89PNG\r\n\x1a\n", "not a picture"),
    "tiff header only": (b"II*\x00\x08\x00\x00\x00", "damaged"),
    "bomb": (bomb(9000), "9000 x 9000 pixels"),
    "bomb beyond Pillow's own limit": (bomb(50_000), "more than the 67108864 pixels"),
    "rgb16 png": (pypng(DEEP, greyscale=False, bitdepth=16), "16-bit TIFF"),
    "rgba16 png": (encode_png16(DEEP_OPAQUE), "16-bit TIFF"),
    "grey16 alpha png": (encode_png16(DEEP[..., :2]), "16-bit TIFF"),
    "grey16 png with a transparent level": (
        pypng(DEEP[..., 0], greyscale=True, bitdepth=16, transparent=7),
        "I;16",
    ),
    "white-is-zero grey16": (tiff(DEEP[..., 0], photometric="miniswhite"), "not grey or RGB"),
    "cmyk jpeg": (pillow(Image.new("CMYK", (4, 4)), "JPEG"), "convert it to 8-bit sRGB"),
    "cmyk tiff": (pillow(Image.new("CMYK", (4, 4)), "TIFF"), "convert it to 8-bit sRGB"),
    "lab tiff": (pillow(Image.new("LAB", (4, 4)), "TIFF"), "convert it to 8-bit sRGB"),
    "gif film": (frames("GIF"), "several frames"),
    "apng": (frames("PNG"), "several frames"),
    "webp film": (frames("WEBP"), "several frames"),
    "tiff pages": (frames("TIFF"), "several frames"),
    "tiff stack": (tiff(np.zeros((5, 4, 6), np.uint8), photometric="minisblack"), "several frames"),
    "five channels": (tiff(np.zeros((4, 6, 5), np.uint8), planarconfig="contig", photometric="rgb"), "5 channels"),
    "nan": (tiff(np.full((4, 6), np.nan, np.float32)), "not finite"),
    "infinity": (tiff(np.array([[0, np.inf]], np.float32)), "not finite"),
    "float beyond one": (tiff(np.array([[0, 255]], np.float32)), "scale them to [0, 1]"),
    "float below zero": (tiff(np.array([[-0.1, 1]], np.float32)), "scale them to [0, 1]"),
    "int32": (tiff(np.zeros((4, 6), np.int32)), "int32"),
    "int16": (tiff(np.zeros((4, 6), np.int16)), "int16"),
    "uint32": (tiff(np.zeros((4, 6), np.uint32)), "uint32"),
    "turned float": (tiff(FLOAT, photometric="rgb", extratags=[(274, 3, 1, 6, True)]), "upright"),
}


def refused(path: Path) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(path)
    message = str(caught.value)
    assert message.isprintable() and len(message) < 300, message
    assert path.name[-20:] in message and "accepted: PNG" in message
    return message


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_would_be_guessed_or_cut_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    data, says = UNREADABLE[kind]
    (tmp_path / "odd.png").write_bytes(data)
    assert says in refused(tmp_path / "odd.png")


def test_a_folder_is_not_a_picture(tmp_path: Path) -> None:
    assert "a folder is not a picture" in refused(tmp_path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.png")


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refused(tmp_path / "pipe")


def test_a_long_name_still_gives_one_short_line(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 200) / "line\nbreak"
    folder.mkdir(parents=True)
    (folder / "odd.png").write_bytes(b"")
    refused(folder / "odd.png")


@pytest.mark.parametrize("kind", ["rgb", "webp", "tiff lzw", "grey16 png", "float tiff", "rgb16 tiff of ours", "gif"])
def test_damaged_bytes_never_escape_as_anything_else(kind: str, tmp_path: Path) -> None:
    data, _ = READABLE[kind]
    rng = np.random.default_rng(0)
    for _ in range(40):
        damaged = bytearray(data)
        for place in rng.integers(0, len(data), 3):
            damaged[place] = rng.integers(0, 256)
        try:
            pixels = read(bytes(damaged), tmp_path)
        except PictureError:
            continue
        assert pixels.ndim == 3 and 0 <= pixels.min() <= pixels.max() <= 1
