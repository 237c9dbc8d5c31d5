import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.config.errors import ConfigError
from inr_cli.render.view import LONGEST, PIXELS, view

sides = st.integers(1, 400)


@given(sides, sides)
def test_without_words_it_is_the_fitted_picture(height: int, width: int) -> None:
    seen = view(height, width)
    assert seen.rows.tolist() == list(range(height))
    assert seen.columns.tolist() == list(range(width))


@given(sides, sides, st.integers(1, 2000))
def test_a_size_is_the_longest_side_and_keeps_the_aspect(height: int, width: int, size: int) -> None:
    seen = view(height, width, size=size)
    assert max(seen.height, seen.width) == size
    # the shorter side is the nearest whole number, but never none
    shorter = size * min(height, width) / max(height, width)
    assert abs(min(seen.height, seen.width) - max(shorter, 1)) <= 0.5 + 1e-9


@given(sides, sides, st.integers(1, 500), st.integers(1, 500))
def test_two_sides_are_taken_as_they_are_width_first(height: int, width: int, rows: int, columns: int) -> None:
    seen = view(height, width, size=f"{columns}x{rows}")
    assert (seen.height, seen.width) == (rows, columns)


@pytest.mark.parametrize(("zoom", "expected"), [(1, (30, 40)), (2.5, (75, 100)), (0.1, (3, 4)), (1e-6, (1, 1))])
def test_zoom_multiplies_the_fitted_size(zoom: float, expected: tuple[int, int]) -> None:
    seen = view(30, 40, zoom=zoom)
    assert (seen.height, seen.width) == expected


@given(sides, sides, st.integers(1, 300))
def test_a_crop_of_the_whole_is_no_crop(height: int, width: int, size: int) -> None:
    cropped = view(height, width, size=size, crop=(0, 0, width, height))
    whole = view(height, width, size=size)
    assert np.array_equal(cropped.rows, whole.rows)
    assert np.array_equal(cropped.columns, whole.columns)


def test_a_crop_at_its_own_size_is_a_part_of_the_fitted_picture() -> None:
    seen = view(30, 40, crop=(5, 10, 25, 12))
    assert seen.columns.tolist() == list(range(5, 25))
    assert seen.rows.tolist() == [10, 11]


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 80), st.floats(0.1, 80), st.integers(1, 50))
def test_pixels_tile_the_crop_evenly(x0: float, y0: float, width: float, height: float, size: int) -> None:
    seen = view(30, 40, size=f"{size}x{size}", crop=(x0, y0, x0 + width, y0 + height))
    for places, start, length in ((seen.columns, x0, width), (seen.rows, y0, height)):
        centres = start + (np.arange(size) + 0.5) * length / size - 0.5
        np.testing.assert_allclose(places, centres, rtol=0, atol=1e-9)


def test_a_crop_may_reach_outside() -> None:
    seen = view(30, 40, crop=(-5, -5, 45, 35))
    assert (seen.height, seen.width) == (40, 50)
    assert seen.columns[0] == -5
    assert seen.rows[-1] == 34


def test_the_aspect_of_a_crop_decides_its_size() -> None:
    seen = view(30, 40, size=100, crop=(0, 0, 10, 20))
    assert (seen.height, seen.width) == (100, 50)


@pytest.mark.parametrize(
    "words",
    [
        *({"size": size} for size in (0, -1, "abc", "", "12.5", "x", "0x5", "5x0", "-5x5", "1e3", "5x5x5")),
        *(
            {"size": size}
            for size in (2**63, 10**40, 65_536, "1000000x1000000", "65536x1", "40000x40000", f"{10**30}x1")
        ),
        *({"zoom": zoom} for zoom in (0, -1, float("nan"), float("inf"), 1e9, 1e300)),
        *({"crop": crop} for crop in ((0, 0, 0, 5), (5, 0, 5, 5), (9, 0, 5, 5), (0, 9, 5, 5), (0, 0, 5))),
        *({"crop": (0, 0, bad, 5)} for bad in (float("nan"), float("inf"), 1e300)),
        {"size": 5, "zoom": 2},
    ],
    ids=str,
)
def test_an_impossible_view_is_refused_at_once_and_in_one_line(words: dict[str, object]) -> None:
    started = time.perf_counter()
    with pytest.raises(ConfigError) as caught:
        view(30, 40, **words)  # type: ignore[arg-type]
    assert time.perf_counter() - started < 0.5
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) <= 300


def test_the_largest_view_is_the_limit_itself() -> None:
    rows = PIXELS // LONGEST
    assert view(30, 40, size=f"{LONGEST}x{rows}").width == LONGEST
    with pytest.raises(ConfigError, match="in all"):
        view(30, 40, size=f"{LONGEST}x{rows + 1}")
