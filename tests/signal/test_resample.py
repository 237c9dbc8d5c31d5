import numpy as np
import pytest
from PIL import Image

from inr_cli.signal.resample import crop_square, resize, shrink


def noise(height: int, width: int, channels: int = 3) -> np.ndarray:
    # Inside [0.3, 0.7] cubic overshoot never reaches the clamp, which Pillow does not have.
    return np.random.default_rng(0).uniform(0.3, 0.7, (height, width, channels)).astype(np.float32)


@pytest.mark.parametrize("size", [(20, 30), (7, 5), (40, 60), (33, 91), (1, 1), (20, 3)])
def test_bicubic_is_pillows(size: tuple[int, int]) -> None:
    pixels = noise(20, 30)
    ours = resize(pixels, *size)
    for c in range(3):
        plane = Image.fromarray(pixels[..., c]).resize(size[::-1], Image.Resampling.BICUBIC)
        np.testing.assert_allclose(ours[..., c], np.asarray(plane), rtol=0, atol=1e-5)  # both in float32


def test_overshoot_is_clamped() -> None:
    step = np.zeros((8, 8, 1), np.float32)
    step[:, 4:] = 1
    bigger = resize(step, 32, 32)
    assert bigger.min() == 0 and bigger.max() == 1 and bigger.dtype == np.float32


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_flat_picture_stays_flat(channels: int) -> None:
    np.testing.assert_allclose(resize(np.full((9, 11, channels), 0.25, np.float32), 4, 23), 0.25, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "longest", "expected"),
    [((20, 40), 10, (5, 10)), ((40, 20), 10, (10, 5)), ((20, 40), 40, (20, 40)), ((3, 300), 10, (1, 10))],
)
def test_shrink_keeps_the_shape_and_a_pixel(shape: tuple[int, int], longest: int, expected: tuple[int, int]) -> None:
    assert shrink(noise(*shape), longest).shape[:2] == expected


def test_shrink_never_enlarges() -> None:
    pixels = noise(5, 6)
    assert shrink(pixels, 100) is pixels


@pytest.mark.parametrize(("shape", "corner"), [((4, 8), (0, 2)), ((9, 4), (2, 0)), ((5, 5), (0, 0))])
def test_crop_square_is_the_middle(shape: tuple[int, int], corner: tuple[int, int]) -> None:
    pixels, (top, left), side = noise(*shape), corner, min(shape)
    assert np.array_equal(crop_square(pixels), pixels[top : top + side, left : left + side])
