from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inr_cli.config.errors import ConfigError, OutputError
from inr_cli.render.field import Field
from inr_cli.render.file import render_file
from inr_cli.render.view import view
from inr_cli.signal.encode import quantise
from inr_cli.signal.read import read_picture

Ramp = Callable[..., Field]
GREY, RGB = [[0.3, 0.2]], [[0.2, 0.1], [-0.1, 0.3], [0.0, -0.2]]
GREY_ALPHA, RGBA = [*GREY, [0.1, -0.3]], [*RGB, [0.1, 0.3]]
CHANNELS = {"grey": GREY, "grey and alpha": GREY_ALPHA, "rgb": RGB, "rgba": RGBA}


@pytest.mark.parametrize("slopes", CHANNELS.values(), ids=CHANNELS)
@pytest.mark.parametrize(("suffix", "bits"), [(".png", 8), (".png", 16), (".tif", 8), (".tif", 16)])
def test_the_file_holds_the_rendered_picture_rounded(
    ramp: Ramp, slopes: list[list[float]], suffix: str, bits: int, tmp_path: Path
) -> None:
    if suffix == ".png" and bits == 16 and len(slopes) > 1:
        pytest.skip("this program writes 16-bit colour PNG and refuses to read it; tests/signal/test_png16.py does")
    field, seen = ramp(5, 7, slopes), view(5, 7, size=40)
    path = tmp_path / f"out{suffix}"
    render_file(field, seen, path, bits)
    stored = read_picture(path).pixels * (2**bits - 1)
    np.testing.assert_allclose(stored, quantise(field.look(seen), bits), rtol=0, atol=0.01)


def test_the_chunk_by_chunk_picture_is_the_whole_one(ramp: Ramp, tmp_path: Path) -> None:
    field, seen = ramp(5, 7, RGB), view(5, 7, size=200)  # 28,600 points: two chunks
    render_file(field, seen, tmp_path / "out.png")
    assert np.array_equal(
        read_picture(tmp_path / "out.png").pixels, quantise(field.look(seen)).astype(np.float32) / 255
    )


@pytest.mark.parametrize(
    ("slopes", "name", "bits"),
    [
        (RGBA, "a.jpg", 8),
        (GREY_ALPHA, "a.jpeg", 8),
        (RGB, "a.jpg", 16),
        (RGB, "a.webp", 16),
        (RGB, "a.xyz", 8),
        (RGB, "a", 8),
        (RGB, "a.png", 12),
    ],
)
def test_what_a_format_cannot_hold_is_refused_before_anything_is_computed(
    ramp: Ramp, slopes: list[list[float]], name: str, bits: int, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError):
        render_file(ramp(5, 7, slopes), view(5, 7, size=30_000), tmp_path / name, bits)
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file_and_nothing_else(ramp: Ramp, tmp_path: Path) -> None:
    (tmp_path / "out.png").mkdir()
    with pytest.raises(OutputError):
        render_file(ramp(5, 7, RGB), view(5, 7), tmp_path / "out.png")
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]
    with pytest.raises(OutputError):
        render_file(ramp(5, 7, RGB), view(5, 7), tmp_path / "none" / "out.png")


def test_a_file_that_is_there_is_replaced_whole(ramp: Ramp, tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    path.write_bytes(b"old" * 100_000)
    render_file(ramp(5, 7, RGB), view(5, 7), path)
    assert read_picture(path).pixels.shape == (5, 7, 3)
    assert [file.name for file in tmp_path.iterdir()] == ["out.png"]
