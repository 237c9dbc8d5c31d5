"""A picture of 400 million pixels: fitted and rendered in the memory of a small one."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile

from inr_cli.bench.scaling import memory_of
from inr_cli.engine.runs import read_json

SIDE, TILE = 20_000, 256
MOST = 1500
"""MiB."""


def tiles() -> Iterator[np.ndarray]:
    """Waves from corner to corner, tile by tile."""
    for top in range(0, SIDE, TILE):
        for left in range(0, SIDE, TILE):
            rows, columns = np.ogrid[top : top + TILE, left : left + TILE]
            phases = 2 * math.pi * (rows + 2 * columns) / SIDE
            waves = [127.5 + 127.5 * np.sin(phases + shift) for shift in (0, 1, 2)]
            yield np.stack(waves, axis=-1).astype(np.uint8)


@pytest.mark.long
def test_a_picture_that_memory_would_not_hold_is_fitted_and_rendered(tmp_path: Path) -> None:
    file = tmp_path / "huge.tif"
    tifffile.imwrite(
        file, tiles(), shape=(SIDE, SIDE, 3), dtype=np.uint8, tile=(TILE, TILE), compression="zlib", photometric="rgb"
    )
    words = ("network.hidden_features=32", "encoding.count=16", "encoding.scale=1", "steps=3000")
    assert memory_of(("fit", f"image={file}", "task=tiles", *words), tmp_path) < MOST
    [run] = (tmp_path / "outputs").glob("*/*/summary.json")
    summary = read_json(run)
    assert (summary["width"], summary["height"]) == (SIDE, SIDE)
    assert summary["psnr"] > 30
    assert memory_of(("render", "--size", f"{SIDE}x{SIDE}", "--out", "rendered.tif"), tmp_path) < MOST
    with tifffile.TiffFile(tmp_path / "rendered.tif") as rendered:
        page = rendered.pages[0].aspage()
        assert page.shape == (SIDE, SIDE, 3)
        errors = []
        for number, (part, wanted) in enumerate(zip(page.segments(), tiles(), strict=True)):
            if number % 97 == 0:
                pixels, (_, _, top, left, _), _ = part
                inside = slice(SIDE - top), slice(SIDE - left)  # the last tiles reach over the edge
                errors.append(pixels[0][inside].astype(float) - wanted[inside])
    assert 20 * math.log10(255 / math.sqrt(np.mean([np.mean(error**2) for error in errors]))) > 30
