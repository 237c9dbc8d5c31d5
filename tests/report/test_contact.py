from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.report.contact import GAP, SIDE, contact, reduced
from inr_cli.report.gather import gather
from inr_cli.report.varied import rows, varied

MadeUp = Callable[..., Path]


def test_two_keys_are_a_grid_and_a_missing_picture_leaves_its_place_empty(made_up: MadeUp, tmp_path: Path) -> None:
    colours = {}
    for across, scale in enumerate((1, 2, 3)):
        for down, rate in enumerate((0.001, 0.01)):
            folder = made_up(f"s/{scale}{rate}", f"scale={scale}", f"optimizer.lr={rate}", psnr=30.0)
            colours[across, down] = (80 * across, 100 * down, 200)
            if (across, down) != (2, 1):
                Image.new("RGB", (20, 10), colours[across, down]).save(folder / "render.png")
    found = gather([str(tmp_path / "s")], tmp_path)
    data = contact(rows(found, varied(found)))
    assert data is not None
    pixels = np.array(Image.open(BytesIO(data)).convert("RGB"))
    height = (pixels.shape[0] - GAP) // 2
    for (across, down), colour in colours.items():
        seen = tuple(pixels[GAP + down * height + 40, GAP + across * (SIDE + GAP) + 100])
        assert (seen == colour) == ((across, down) != (2, 1))


def test_a_search_over_two_ranges_is_no_grid_of_empty_cells(made_up: MadeUp, tmp_path: Path) -> None:
    for number in range(1, 9):
        folder = made_up(f"s/{number}", f"scale={number}", f"optimizer.lr={number * 1e-4}", psnr=30.0)
        Image.new("RGB", (20, 10)).save(folder / "render.png")
    found = gather([str(tmp_path / "s")], tmp_path)
    data = contact(rows(found, varied(found)))
    assert data is not None
    assert Image.open(BytesIO(data)).width == GAP + 6 * (SIDE + GAP)


def test_without_a_picture_there_is_no_sheet(made_up: MadeUp, tmp_path: Path) -> None:
    made_up("s/a", psnr=30.0)
    (made_up("s/b", "scale=2", psnr=30.0) / "render.png").write_bytes(b"no picture")
    found = gather([str(tmp_path / "s/a")], tmp_path)
    assert contact(rows(found, [])) is None


@pytest.mark.parametrize(("size", "shown"), [((20, 10), (200, 100)), ((150, 10), (150, 10)), ((1000, 500), (200, 100))])
def test_a_small_picture_grows_by_whole_pixels_and_a_large_one_shrinks(
    size: tuple[int, int], shown: tuple[int, int], tmp_path: Path
) -> None:
    Image.new("RGBA", size, (9, 8, 7, 255)).save(tmp_path / "a.png")
    picture = reduced(tmp_path / "a.png", 200)
    assert picture is not None
    assert (picture.size, picture.getpixel((0, 0))) == (shown, (9, 8, 7))
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    assert reduced(tmp_path / "a.png", 200) is None
