"""Pictures of strangers: the documented pixels, or one line that says why not; never silently other pixels."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib
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
from inr_cli.signal.reading import Reading, UndecidedError

RNG = np.random.default_rng(0)
GREY, GREY_ALPHA, RGB, RGBA = (RNG.integers(0, 255, (4, 6, c), dtype=np.uint8) for c in (1, 2, 3, 4))
DEEP = RNG.integers(0, 2**16, (4, 6, 3), dtype=np.uint16)
FLOAT = RNG.uniform(0, 1, (4, 6, 3)).astype(np.float32)
BITS = np.array([[True, False, True], [False, False, True]])
PALETTE = np.array([[10, 20, 30, 255], [40, 50, 60, 0], [70, 80, 90, 255]], np.uint8)
INDICES = np.array([[0, 1, 2], [2, 1, 0]])
SMOOTH = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)[..., None].repeat(3, axis=2)
NOISE = RNG.integers(0, 255, (64, 64, 3), dtype=np.uint8)


def pillow(picture: np.ndarray | Image.Image, format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
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


def chunks(*chunks: bytes) -> bytes:
    """A PNG file of these chunks, each with its length and checksum."""
    packed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def header(width: int, height: int) -> bytes:
    return b"IHDR" + struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)


def zeros(count: int) -> bytes:
    """So many zero bytes, deflated: a million of them, flushed so that it can be repeated, the rest, their Adler-32."""
    million, rest = zlib.compressobj(9, wbits=-15), zlib.compressobj(9, wbits=-15)
    repeated = (million.compress(bytes(10**6)) + million.flush(zlib.Z_FULL_FLUSH)) * (count // 10**6)
    last = rest.compress(bytes(count % 10**6)) + rest.flush()
    return b"\x78\xda" + repeated + last + struct.pack(">2H", count % 65_521, 1)


def turned(format: str) -> bytes:
    exif = Image.Exif()
    exif[274] = 6
    return pillow(SMOOTH, format, exif=exif, **({"quality": 100} if format == "JPEG" else {}))


def indexed(**options: object) -> bytes:
    image = Image.fromarray(INDICES.astype(np.uint8), "P")
    image.putpalette(PALETTE[:, :3].tobytes())
    return pillow(image, **options)


def film(format: str) -> bytes:
    return pillow(Image.new("RGB", (4, 4), "red"), format, save_all=True, append_images=[Image.new("RGB", (4, 4))])


def flipped(data: bytes) -> bytes:
    """One bit changed in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 16]) + data[middle + 1 :]


def npy() -> bytes:
    file = io.BytesIO()
    np.save(file, NOISE)
    return file.getvalue()


def levels(values: np.ndarray, top: int = 255) -> np.ndarray:
    return values.astype(np.float32) / np.float32(top)


INKS = Image.fromarray(RGBA, "CMYK")
JPEG = pillow(SMOOTH, "JPEG")
OPAQUE = np.concatenate([RGB, np.full((4, 6, 1), 255, np.uint8)], axis=2)
KIND: dict[str, tuple[bytes | Path, np.ndarray | str]] = {
    "rgba": (pillow(RGBA), levels(RGBA)),
    "opaque rgba": (pillow(OPAQUE), levels(RGB)),
    "grey16": (pypng(DEEP[..., 0], greyscale=True, bitdepth=16), levels(DEEP[..., :1], 65535)),
    "rgb16 png": (pypng(DEEP, greyscale=False, bitdepth=16), "16-bit TIFF"),
    "rgb16 tiff": (tiff(DEEP, photometric="rgb"), levels(DEEP, 65535)),
    "palette": (indexed(), levels(PALETTE[INDICES, :3])),
    "palette with transparency": (indexed(transparency=1), levels(PALETTE[INDICES])),
    "cmyk jpeg": (pillow(INKS, "JPEG"), "stores CMYK values"),
    "cmyk tiff": (pillow(INKS, "TIFF"), "stores CMYK values"),
    "jpeg turned by exif": (turned("JPEG"), levels(np.rot90(SMOOTH, -1))),
    "png turned by exif": (turned("PNG"), levels(np.rot90(SMOOTH, -1))),
    "animated gif": (film("GIF"), "has 2 frames or pages"),
    "animated png": (film("PNG"), "has 2 frames or pages"),
    "animated webp": (film("WEBP"), "has 2 frames or pages"),
    "one bit": (pillow(BITS), levels(BITS[..., None], 1)),
    "grey and alpha": (pillow(GREY_ALPHA), levels(GREY_ALPHA)),
    "float tiff": (tiff(FLOAT, photometric="rgb"), FLOAT),
    "not a number, rgb": (tiff(np.full((4, 6, 3), np.nan, np.float32), photometric="rgb"), "not finite"),
    "not a number, grey": (tiff(np.array([[0, np.nan, 1]], np.float32)), "not finite"),
    "infinity": (tiff(np.array([[0, np.inf]], np.float32)), "not finite"),
    "stack": (tiff(np.zeros((5, 4, 6), np.uint8), photometric="minisblack"), "has 5 frames or pages"),
    "five channels": (tiff(np.zeros((4, 6, 5), np.uint8), planarconfig="contig", photometric="rgb"), "5 channels"),
    "int32": (tiff(np.full((4, 6), -5, np.int32)), "stores int32 values"),
    "truncated jpeg": (JPEG[: len(JPEG) * 3 // 4], "damaged"),
    "truncated png": (pillow(NOISE)[:6000], "damaged"),
    "a bit flipped": (flipped(pillow(NOISE)), "damaged"),
    "empty": (b"", "0 bytes"),
    "text": (b"hello, world\n" * 10, "not a picture"),
    "numbers": (npy(), "not a picture"),
    "vector": (b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>', "not a picture"),
    "no width": (chunks(header(0, 4), b"IDAT" + zlib.compress(b"\0" * 4), b"IEND"), "picture"),
    "bomb of a header": (chunks(header(100_000, 100_000), b"IDAT" + zlib.compress(b"0"), b"IEND"), "67108864"),
    "bomb of the largest header": (chunks(header(2**31 - 1, 2**31 - 1), b"IDAT", b"IEND"), "picture"),
    "bomb": (chunks(header(12_000, 12_000), b"IDAT" + zeros(12_000 * 36_001), b"IEND"), "67108864"),
    "bomb of a text": (chunks(header(4, 4), b"zTXta\0\0" + zeros(80 * 2**20), b"IDAT", b"IEND"), "damaged"),
    "jpeg under another name": (pillow(SMOOTH, "JPEG", quality=100), levels(SMOOTH)),
    "one pixel": (pillow(RGB[:1, :1]), levels(RGB[:1, :1])),
    "one row": (pillow(RGB[:1]), levels(RGB[:1])),
    "one column": (pillow(RGB[:, :1]), levels(RGB[:, :1])),
    "folder": (Path("/"), "a folder is not a picture"),
    "device": (Path("/dev/zero"), "not a regular file"),
}
LOSSY = {"jpeg turned by exif", "jpeg under another name"}


def refused(path: Path) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(path)
    message = str(caught.value)
    assert message.isprintable() and len(message) < 300, message
    assert path.name[-20:] in message
    assert isinstance(caught.value, UndecidedError) or "accepted: PNG" in message
    return message


@pytest.mark.parametrize("kind", KIND)
def test_a_picture_gives_its_stored_numbers_or_one_line(kind: str, tmp_path: Path) -> None:
    sample, expected = KIND[kind]
    path = sample if isinstance(sample, Path) else tmp_path / "odd.png"
    if isinstance(sample, bytes):
        path.write_bytes(sample)
    if isinstance(expected, str):
        assert expected in refused(path)
        return
    pixels = read_picture(path).pixels
    assert pixels.dtype == np.float32 and pixels.flags.c_contiguous
    assert pixels.shape == expected.shape
    np.testing.assert_allclose(pixels, expected, rtol=0, atol=2 / 255 if kind in LOSSY else 0)


IN_A_CHILD = """
import resource, sys
from pathlib import Path
from inr_cli.config.errors import PictureError
from inr_cli.signal.read import read_picture
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
try:
    print(read_picture(Path(sys.argv[1])).pixels.shape)
except PictureError as error:
    print(error)
"""
BOMBS = {
    "a picture": (KIND["bomb"][0], "67108864"),
    "a text": (KIND["bomb of a text"][0], "damaged"),
    "rows too many": (chunks(header(4, 4), b"IDAT" + zeros(2**31), b"IEND"), "(4, 4, 3)"),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_does_not_fill_the_memory(kind: str, tmp_path: Path) -> None:
    data, says = BOMBS[kind]
    assert isinstance(data, bytes) and len(data) < 4 * 2**20
    (tmp_path / "bomb.png").write_bytes(data)
    command = [sys.executable, "-c", IN_A_CHILD, str(tmp_path / "bomb.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    assert says in done.stdout


@pytest.mark.parametrize("extension", [".png", ".tif"])
@pytest.mark.parametrize("values", [GREY, RGB, RGBA], ids=["grey", "rgb", "rgba"])
def test_what_the_program_writes_it_reads(values: np.ndarray, extension: str, tmp_path: Path) -> None:
    (tmp_path / "written").write_bytes(encode_picture(values, extension))
    assert np.array_equal(read_picture(tmp_path / "written").pixels, levels(values))


@pytest.mark.parametrize("channels", [2, 3])
def test_a_16_bit_png_in_colour_is_refused_rather_than_cut(channels: int, tmp_path: Path) -> None:
    (tmp_path / "deep.png").write_bytes(encode_png16(DEEP[..., :channels]))
    assert "16-bit TIFF" in refused(tmp_path / "deep.png")


def test_a_picture_that_finds_no_memory_says_so(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(chunks(header(8000, 8000), b"IDAT" + zeros(8000 * 24_001), b"IEND"))
    command = [sys.executable, "-c", IN_A_CHILD.replace("2**30", "3 * 2**28"), str(tmp_path / "large.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "does not fit into memory" in done.stdout


@pytest.mark.parametrize("alpha", [100, 255], ids=["hides", "hides nothing"])
def test_color_max_divides_the_stored_colours(alpha: int, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(pillow(np.concatenate([RGB, np.full((4, 6, 1), alpha, np.uint8)], axis=2)))
    pixels = read_picture(path, color_max=256.0).pixels
    assert np.array_equal(pixels[..., :3], RGB.astype(np.float32) / 256)
    assert pixels.shape[2] == 3 or np.unique(pixels[..., 3]) == np.float32(alpha) / 255
    with pytest.raises(ConfigError, match="color_max=100 is below"):
        read_picture(path, color_max=100.0)


@pytest.mark.parametrize(("lowest", "highest"), [(0, 255), (-0.1, 1)], ids=["beyond one", "below zero"])
def test_a_float_out_of_range_is_refused(lowest: float, highest: float, tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiff(np.array([[lowest, highest]], np.float32)))
    assert "scale them to [0, 1]" in refused(tmp_path / "a.tif")


def test_a_picture_that_can_be_read_in_some_way_says_in_which(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(film("GIF"))
    with pytest.raises(UndecidedError) as caught:
        read_picture(tmp_path / "film")
    assert caught.value.option == "frame=0 to 1"
    assert read_picture(tmp_path / "film", reading=Reading(frame=0)).pixels[0, 0].tolist() == [1, 0, 0]


def test_name_and_fingerprint_are_the_files(tmp_path: Path) -> None:
    path = tmp_path / "my cat.png"
    path.write_bytes(pillow(RGB))
    picture = read_picture(path)
    assert picture.name == "my cat"
    assert picture.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


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
