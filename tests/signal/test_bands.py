import numpy as np
import pytest

from inr_cli.signal.bands import missed

WAVES = {4: (6, 0), 8: (0, 12), 16: (20, 14)}
"""One wave (cycles down, cycles across) in the middle of each octave."""


def wave(down: int, across: int, height: int = 64, width: int = 64) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return 0.1 * np.cos(2 * np.pi * (down * y / height + across * x / width) + 0.3)[..., None]


PICTURE = 0.5 + sum(wave(*cycles) for cycles in WAVES.values())


@pytest.mark.parametrize("octave", list(WAVES))
@pytest.mark.parametrize("left", [0.0, 0.5, 2.0])
def test_a_wave_that_is_lacking_is_missed_in_its_octave_only(octave: int, left: float) -> None:
    rendered = PICTURE - (1 - left) * wave(*WAVES[octave])
    shares = missed(rendered, PICTURE)
    for other in WAVES:
        assert shares[other] == pytest.approx((1 - left) ** 2 if other == octave else 0, abs=1e-3)


def test_the_picture_itself_lacks_nothing_and_its_mean_colour_everything() -> None:
    noise = np.random.default_rng(0).uniform(0, 1, (40, 64, 3))
    assert set(missed(noise, noise).values()) == {0}
    flat = np.broadcast_to(noise.mean(axis=(0, 1)), noise.shape)
    assert missed(flat, noise) == pytest.approx(dict.fromkeys([1, 2, 4, 8], 1.0))


@pytest.mark.parametrize(
    ("shape", "octaves"), [((64, 64), [1, 2, 4, 8, 16]), ((224, 224), [1, 2, 4, 8, 16, 32]), ((15, 99), [1, 2])]
)
def test_octaves_are_whole_and_below_the_shorter_sides_nyquist_rate(shape: tuple[int, int], octaves: list[int]) -> None:
    truth = np.random.default_rng(0).uniform(0, 1, (*shape, 1))
    assert list(missed(truth, truth)) == octaves


@pytest.mark.parametrize("shape", [(1, 9), (2, 2), (3, 40)])
def test_a_picture_too_small_for_an_octave_has_none(shape: tuple[int, int]) -> None:
    assert missed(np.zeros((*shape, 1)), np.ones((*shape, 1))) == {}


def test_where_the_picture_has_nothing_there_is_no_share() -> None:
    assert missed(np.zeros((8, 8, 1)), np.ones((8, 8, 1))) == {1: None, 2: None}
