from collections.abc import Callable

import numpy as np
import pytest
from scipy import ndimage

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.signal.differences import (
    central_differences,
    difference_laplacian,
    forward_differences,
    laplace_filter,
    pixel_steps,
    published_gradient,
    published_gradient_share,
    published_laplacian,
    published_laplacian_share,
    sobel_filter,
    sobel_gradient,
)
from inr_cli.signal.grid import axes

KINDS: list[Grid] = ["centre", "left", "corner"]
each_grid = pytest.mark.parametrize("kind", KINDS)
NOISE = np.random.default_rng(0).uniform(0, 1, (9, 14, 3))
INNER = (slice(1, -1), slice(1, -1))


def drawn(formula: Callable[[np.ndarray, np.ndarray], np.ndarray], kind: Grid, shape: tuple[int, int] = (12, 17)):
    return formula(*np.meshgrid(*axes(shape, kind), indexing="ij"))[..., None]


@pytest.mark.parametrize(("kind", "expected"), [("centre", 2 / 12), ("left", 2 / 12), ("corner", 2 / 11)])
def test_the_width_of_a_pixel(kind: Grid, expected: float) -> None:
    steps = pixel_steps((12, 17), kind)
    assert steps[0] == pytest.approx(expected, abs=1e-15)
    for step, axis in zip(steps, axes((12, 17), kind), strict=True):
        np.testing.assert_allclose(np.diff(axis), step, atol=1e-15)


@each_grid
@pytest.mark.parametrize("slopes", [forward_differences, central_differences, sobel_gradient])
def test_a_plane_has_its_own_slope(kind: Grid, slopes: Callable) -> None:
    found = slopes(drawn(lambda x, y: 3 * x - 2 * y + 1, kind), kind)[INNER]
    np.testing.assert_allclose(found[..., 0, :], np.broadcast_to([3.0, -2.0], (10, 15, 2)), atol=1e-12)


@each_grid
@pytest.mark.parametrize("slopes", [central_differences, sobel_gradient])
def test_a_parabola_has_its_own_slope(kind: Grid, slopes: Callable) -> None:
    # Sobel's average across keeps every product of a parabola along one axis and a line along the other
    found = slopes(drawn(lambda x, y: x**2 * y, kind), kind)[INNER][..., 0, 0]
    np.testing.assert_allclose(found, drawn(lambda x, y: 2 * x * y, kind)[INNER][..., 0], atol=1e-12)


@each_grid
def test_a_forward_difference_is_the_slope_half_a_pixel_on(kind: Grid) -> None:
    step = pixel_steps((12, 17), kind)[0]
    found = forward_differences(drawn(lambda x, y: x**2, kind), kind)[:-1, :, 0, 0]
    np.testing.assert_allclose(found, drawn(lambda x, y: 2 * (x + step / 2), kind)[:-1, :, 0], atol=1e-12)


@each_grid
def test_a_paraboloid_has_its_own_laplacian(kind: Grid) -> None:
    found = difference_laplacian(drawn(lambda x, y: x**2 - 3 * y**2 + x * y + x, kind), kind)[INNER]
    np.testing.assert_allclose(found, 2 - 6, atol=1e-10)


@each_grid
def test_the_error_falls_with_the_square_of_the_step(kind: Grid) -> None:
    def error(n: int) -> float:
        picture = drawn(lambda x, y: np.sin(3 * x) * np.cos(2 * y), kind, (n, n + 5))
        exact = drawn(lambda x, y: -13 * np.sin(3 * x) * np.cos(2 * y), kind, (n, n + 5))
        return float(np.abs(difference_laplacian(picture, kind) - exact)[INNER].max())

    assert error(20) / error(40) == pytest.approx(4, rel=0.15)


@each_grid
def test_central_differences_are_numpys(kind: Grid) -> None:
    expected = np.gradient(NOISE, *axes((9, 14), kind), axis=(0, 1))
    np.testing.assert_allclose(central_differences(NOISE, kind), np.stack(expected, axis=-1), atol=1e-12)


def test_the_filters_are_scipys() -> None:
    for c in range(3):
        plane = NOISE[..., c]
        np.testing.assert_allclose(laplace_filter(NOISE)[..., c], ndimage.laplace(plane), atol=1e-12)
        for axis in range(2):
            np.testing.assert_allclose(sobel_filter(NOISE)[..., c, axis], ndimage.sobel(plane, axis), atol=1e-12)


@each_grid
def test_filters_and_derivatives_are_apart_by_the_units_only(kind: Grid) -> None:
    steps = pixel_steps((9, 14), kind)
    np.testing.assert_allclose(sobel_gradient(NOISE, kind) * 8 * steps, sobel_filter(NOISE), atol=1e-12)
    square = NOISE[:, :9]
    wide = difference_laplacian(square, kind) * pixel_steps((9, 9), kind)[0] ** 2
    np.testing.assert_allclose(wide, laplace_filter(square), atol=1e-12)


def test_the_published_factors() -> None:
    np.testing.assert_allclose(published_gradient(NOISE), 10 * sobel_filter(NOISE))
    np.testing.assert_allclose(published_laplacian(NOISE), 1e4 * laplace_filter(NOISE))
    assert published_gradient_share((256, 256), "corner") == pytest.approx([0.627, 0.627], abs=5e-4)
    assert published_laplacian_share((256, 256), "corner") == pytest.approx([0.615, 0.615], abs=5e-4)


@each_grid
def test_the_published_targets_are_those_shares_of_the_truth(kind: Grid) -> None:
    saddle = drawn(lambda x, y: x**2 + 2 * x - y, kind)
    gradient = published_gradient(saddle)[INNER][..., 0, :] / published_gradient_share((12, 17), kind)
    np.testing.assert_allclose(gradient[..., 0], drawn(lambda x, y: 2 * x + 2, kind)[INNER][..., 0], atol=1e-12)
    np.testing.assert_allclose(gradient[..., 1], -1, atol=1e-12)
    laplacian = published_laplacian(saddle)[INNER] / published_laplacian_share((12, 17), kind)[0]
    np.testing.assert_allclose(laplacian, 2, atol=1e-9)


@pytest.mark.parametrize("operator", [forward_differences, central_differences, sobel_gradient, difference_laplacian])
def test_channels_do_not_mix_and_the_type_is_kept(operator: Callable) -> None:
    pixels = NOISE.astype(np.float32)
    together = operator(pixels, "centre")
    assert together.dtype == np.float32
    for c in range(3):
        np.testing.assert_array_equal(together[:, :, c], operator(pixels[..., c : c + 1], "centre")[:, :, 0])


@pytest.mark.parametrize("operator", [forward_differences, central_differences, sobel_gradient, difference_laplacian])
def test_a_picture_one_pixel_wide_is_refused(operator: Callable) -> None:
    with pytest.raises(ConfigError, match="5 x 1 pixels has no slope; give it two pixels a side"):
        operator(np.zeros((5, 1, 3), np.float32), "centre")
