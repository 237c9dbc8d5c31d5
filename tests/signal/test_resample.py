import numpy as np
import pytest
import torch
from PIL import Image
from skimage.measure import block_reduce
from torch.nn import functional

from inr_cli.config.errors import ConfigError
from inr_cli.signal.resample import (
    KERNELS,
    Kernel,
    at_corners,
    average,
    crop_left,
    crop_square,
    interpolate,
    resize,
    shrink,
)


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


@pytest.mark.parametrize("shape", [(4, 8), (9, 4), (5, 5)])
def test_crop_left_begins_with_the_first_pixel(shape: tuple[int, int]) -> None:
    pixels = noise(*shape)
    assert np.array_equal(crop_left(pixels), pixels[: min(shape), : min(shape)])


@pytest.mark.parametrize("factor", [1, 2, 4, 8, 16])
def test_an_average_is_scikit_images_block_mean(factor: int) -> None:
    pixels = noise(32, 48)
    expected = block_reduce(pixels.astype(np.float64), (factor, factor, 1), np.mean)
    np.testing.assert_allclose(average(pixels, factor), expected, rtol=0, atol=1e-7)
    assert average(pixels, factor).dtype == np.float32


def test_blocks_that_do_not_fill_the_picture_are_refused() -> None:
    with pytest.raises(ConfigError, match="factor 4 does not divide 21 x 18 pixels; crop the picture to 20 x 16"):
        average(noise(18, 21), 4)


@pytest.mark.parametrize("kernel", ["bilinear", "bicubic"])
@pytest.mark.parametrize("size", [(40, 60), (20, 120), (33, 91), (10, 15)])
def test_interpolation_is_torchs(kernel: Kernel, size: tuple[int, int]) -> None:
    pixels = noise(20, 30)
    planes = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    expected = functional.interpolate(planes, size, mode=kernel, antialias=True)[0].permute(1, 2, 0)
    np.testing.assert_allclose(interpolate(pixels, *size, kernel), expected, rtol=0, atol=1e-5)  # both in float32


def test_the_nearest_pixel_is_repeated() -> None:
    pixels = noise(5, 7)
    expected = pixels.repeat(3, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(interpolate(pixels, 15, 14, "nearest"), expected)


def test_lanczos_is_its_formula() -> None:
    line = noise(1, 24, 1)
    found = interpolate(line, 1, 48, "lanczos")[0, 10:38, 0]  # three pixels and more from the borders
    distance = (np.arange(10, 38) + 0.5)[:, None] / 2 - 0.5 - np.arange(24)
    weights = np.sinc(distance) * np.sinc(distance / 3) * (np.abs(distance) < 3)
    expected = weights @ line[0, :, 0] / weights.sum(axis=1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
def test_interpolation_keeps_what_is_flat_and_its_range(kernel: Kernel) -> None:
    np.testing.assert_allclose(interpolate(np.full((6, 5, 4), 0.25, np.float32), 17, 31, kernel), 0.25, atol=1e-6)
    step = np.zeros((8, 8, 1), np.float32)
    step[:, 4:] = 1
    bigger = interpolate(step, 32, 32, kernel)
    assert bigger.min() == 0 and bigger.max() == 1 and bigger.dtype == np.float32


@pytest.mark.parametrize("kernel", ["bilinear", "bicubic", "lanczos"])
def test_centres_are_aligned_so_a_line_stays_a_line(kernel: Kernel) -> None:
    line = (0.2 + 0.5 * (np.arange(20) + 0.5) / 20).astype(np.float32)[None, :, None]
    found = interpolate(line, 1, 80, kernel)[0, 20:60, 0]
    expected = 0.2 + 0.5 * (np.arange(20, 60) + 0.5) / 80
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-4)  # lanczos holds lines only nearly


def test_some_rows_of_corners_are_those_of_all() -> None:
    pixels = np.random.default_rng(0).uniform(0, 1, (12, 9, 3)).astype(np.float32)
    for every in (1, 2, 5, 20):
        assert np.array_equal(at_corners(pixels, every), at_corners(pixels)[::every])
