import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inr_cli.signal.alpha import with_alpha_decided
from inr_cli.signal.reading import Reading

COLOURED, GREY = (np.random.default_rng(0).random((4, 6, channels)).astype(np.float32) for channels in (4, 2))
OPAQUE = np.concatenate([COLOURED[..., :3], np.ones((4, 6, 1), np.float32)], axis=2)
COLOURS = {
    "white": (1, 1, 1),
    "black": (0, 0, 0),
    "#ff8000": (1, 128 / 255, 0),
    "#0aF19c": (10 / 255, 241 / 255, 156 / 255),
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("reading", [Reading(), Reading(alpha="drop"), Reading(background="white")], ids=str)
def test_without_alpha_nothing_changes(channels: int, reading: Reading) -> None:
    pixels = COLOURED[..., :channels]
    assert np.array_equal(with_alpha_decided(pixels, reading), pixels)


@pytest.mark.parametrize(
    ("alpha", "pixels", "channels"),
    [
        ("auto", COLOURED, 4),
        ("auto", OPAQUE, 3),
        ("auto", GREY, 2),
        ("keep", OPAQUE, 4),
        ("drop", COLOURED, 3),
        ("drop", GREY, 1),
    ],
)
def test_alpha_is_kept_or_dropped_and_the_colours_stay(alpha: str, pixels: np.ndarray, channels: int) -> None:
    assert np.array_equal(with_alpha_decided(pixels, Reading(alpha=alpha)), pixels[..., :channels])


@pytest.mark.parametrize("background", COLOURS)
def test_a_background_shows_by_one_minus_alpha(background: str) -> None:
    seen = with_alpha_decided(COLOURED, Reading(background=background))
    colours, alpha = np.split(COLOURED.astype(np.float64), [3], axis=2)
    assert seen.dtype == np.float32
    np.testing.assert_allclose(seen, colours * alpha + (1 - alpha) * COLOURS[background], rtol=0, atol=1e-6)


@pytest.mark.parametrize(("background", "channels"), [("white", 1), ("#808080", 1), ("#808081", 3)])
def test_grey_over_grey_stays_grey(background: str, channels: int) -> None:
    assert with_alpha_decided(GREY, Reading(background=background)).shape == (4, 6, channels)


@given(
    arrays(np.float32, (2, 3, 4), elements=st.floats(0, 1, width=32)),
    st.sampled_from(["white", "black", "#ffffff", "#010101"]),
)
def test_what_is_seen_stays_in_range(pixels: np.ndarray, background: str) -> None:
    seen = with_alpha_decided(pixels, Reading(background=background))
    assert 0 <= seen.min() <= seen.max() <= 1
