import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.signal.grid import COORDINATE, axes, coordinate, grid, positions

KINDS = sorted(COORDINATE)
sides = st.integers(1, 5000)


def pixels(n: int) -> np.ndarray:
    return positions(0.0, float(n), n)


@given(sides)
def test_rendering_at_the_fitted_size_hits_every_pixel_exactly(n: int) -> None:
    assert np.array_equal(pixels(n), np.arange(n))


@given(sides)
def test_pixel_centres_are_mirror_images_to_the_last_bit(n: int) -> None:
    (axis,) = axes([n], "centre")
    assert np.array_equal(axis, -axis[::-1])
    assert axis.dtype == np.float64


@given(sides)
def test_centre_is_the_documented_formula(n: int) -> None:
    expected = -1 + (2 * np.arange(n) + 1) / n
    np.testing.assert_allclose(coordinate(pixels(n), n, "centre"), expected, rtol=0, atol=1e-15)


@given(sides)
def test_doubling_the_size_splits_each_pixel_around_its_centre(n: int) -> None:
    fine = coordinate(positions(0.0, float(n), 2 * n), n, "centre")
    np.testing.assert_allclose(fine.reshape(-1, 2).mean(axis=1), coordinate(pixels(n), n, "centre"), atol=1e-15)
    np.testing.assert_allclose(fine, coordinate(pixels(2 * n), 2 * n, "centre"), rtol=0, atol=1e-15)


@given(st.integers(2, 5000))
def test_corner_is_linspace(n: int) -> None:
    np.testing.assert_allclose(coordinate(pixels(n), n, "corner"), np.linspace(-1, 1, n), rtol=0, atol=1e-15)


@given(sides)
def test_left_is_linspace_without_its_end(n: int) -> None:
    expected = np.linspace(-1, 1, n, endpoint=False)
    np.testing.assert_allclose(coordinate(pixels(n), n, "left"), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("kind", ["centre", "corner"])
def test_a_single_pixel_is_in_the_middle(kind: str) -> None:
    assert axes([1], kind)[0] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_crop_is_a_part_of_the_whole(kind: str) -> None:
    whole = coordinate(pixels(12), 12, kind)
    np.testing.assert_allclose(coordinate(positions(3.0, 8.0, 5), 12, kind), whole[3:8], atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_one_position_is_the_same_as_many(kind: str) -> None:
    assert coordinate(2.5, 7, kind) == coordinate(np.array([2.5]), 7, kind)[0]


def test_edges_of_the_picture_are_minus_one_and_one() -> None:
    assert coordinate(np.array([-0.5, 6.5]), 7, "centre").tolist() == [-1, 1]


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4), (2, 1, 3, 2)])
def test_grid_lies_as_pixels_lie_in_memory(shape: tuple[int, ...]) -> None:
    lines = axes(shape, "centre")
    points = grid(lines)
    assert points.shape == (np.prod(shape), len(shape))
    for place, point in zip(np.ndindex(*shape), points, strict=True):
        assert [line[i] for line, i in zip(lines, place, strict=True)] == point.tolist()
