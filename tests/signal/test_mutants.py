"""Damaged pictures: decoded to something in range or refused in one line, by a process that lives on."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import tifffile
from PIL import Image

PROGRAM = Path(__file__).with_name("mutants.py")
SMOOTH = np.add.outer(np.arange(40), np.arange(60)).astype(np.uint8)[..., None] * np.array([1, 2, 3], np.uint8)
CORNER = np.where(np.arange(40)[:, None, None] < 8, 255 - SMOOTH, SMOOTH)


class Came(NamedTuple):
    """What came of the mutants of one picture."""

    outcomes: list[str]
    slowest: float
    peak_mib: float


def pillow(format: str, *frames: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    first, *rest = map(Image.fromarray, frames)
    first.save(file, format, **({"save_all": True, "append_images": rest} if rest else {}), **options)
    return file.getvalue()


def tiff(values: np.ndarray, **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


def inks() -> bytes:
    file = io.BytesIO()
    Image.fromarray(SMOOTH).convert("CMYK").save(file, "JPEG")
    return file.getvalue()


TURNED = Image.Exif()
TURNED[274] = 6
ALPHA = np.concatenate([SMOOTH, SMOOTH[..., :1]], axis=2)
DEEP = SMOOTH.astype(np.uint16) * 257
# Of each format three pictures that are read in different ways.
SAMPLES = {
    "PNG": [pillow("PNG", ALPHA, exif=TURNED), pillow("PNG", SMOOTH, CORNER), pillow("PNG", DEEP[..., 0])],
    "JPEG": [pillow("JPEG", SMOOTH, exif=TURNED), pillow("JPEG", SMOOTH, progressive=True), inks()],
    "WEBP": [pillow("WEBP", SMOOTH), pillow("WEBP", ALPHA, lossless=True), pillow("WEBP", SMOOTH, CORNER)],
    "BMP": [pillow("BMP", SMOOTH), pillow("BMP", SMOOTH[..., 0]), pillow("BMP", SMOOTH[..., 0] > 99)],
    "GIF": [pillow("GIF", SMOOTH), pillow("GIF", SMOOTH, CORNER), pillow("GIF", SMOOTH[..., 0])],
    "TIFF": [
        pillow("TIFF", SMOOTH, compression="tiff_lzw"),
        tiff(DEEP, photometric="rgb", compression="zlib", rowsperstrip=8),
        tiff(SMOOTH.astype(np.float32) / 255, photometric="rgb", tile=(16, 16)),
    ],
}


def read_mutants(format: str, seed: int, count: int, folder: Path) -> Came:
    """Of the samples in turn, `count` mutants in all."""
    lines: list[tuple[int, str, float]] = []
    peaks = []
    for number, data in enumerate(SAMPLES[format]):
        picture = folder / f"{format}{number}"
        picture.write_bytes(data)
        words = [str(PROGRAM), str(picture), str(seed), "0", str(count // len(SAMPLES[format]))]
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, timeout=600)
        came = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0, f"{words}, after {len(came)} mutants: {done.returncode}\n{done.stderr[-3000:]}"
        assert done.stderr == ""
        lines += came[:-1]
        peaks.append(came[-1])
    return Came([outcome for _, outcome, _ in lines], max(seconds for *_, seconds in lines), max(peaks))


@pytest.mark.parametrize("count", [60, pytest.param(1500, marks=pytest.mark.long)])
@pytest.mark.parametrize("format", SAMPLES)
def test_damaged_pictures_never_crash(format: str, count: int, tmp_path: Path) -> None:
    came = read_mutants(format, seed=0, count=count, folder=tmp_path)
    decoded = came.outcomes.count("decoded")
    assert len(came.outcomes) == count
    assert 0 < decoded < count
    assert not [outcome for outcome in came.outcomes if "memory" in outcome]
    print(f"{format}: {decoded} of {count} decoded, slowest {came.slowest:.2f} s, {came.peak_mib:.0f} MiB")
