import numpy as np
import pytest

from inr_cli.render.comparison import CAPTION, GAP, LARGEST, NARROWEST, SMALLEST, comparison, heat
from inr_cli.signal.encode import quantise


def picture(height: int, width: int, channels: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1, (height, width, channels)).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", [(1, 1), (15, 15), (40, 7), (300, 200), (600, 900)])
def test_four_panels_stand_side_by_side_at_a_readable_size(shape: tuple[int, int], channels: int) -> None:
    sheet = comparison(picture(*shape, channels), picture(*shape, channels, seed=1))
    width = (sheet.shape[1] - GAP) // 4 - GAP
    height = sheet.shape[0] - GAP - CAPTION
    assert sheet.dtype == np.uint8
    assert (sheet.shape[1] - GAP) % 4 == 0
    assert SMALLEST / 2 < max(width, height) <= LARGEST
    assert width >= NARROWEST  # the caption's room, which a narrow picture does not fill
    if width > NARROWEST:
        assert width / height == pytest.approx(shape[1] / shape[0], rel=0.01)


def test_target_and_result_are_shown_as_they_are() -> None:
    target, result = picture(256, 256), picture(256, 256, seed=1)
    sheet = comparison(target, result)
    assert np.array_equal(sheet[GAP : GAP + 256, GAP : GAP + 256], quantise(target))
    left = GAP + 256 + GAP
    assert np.array_equal(sheet[GAP : GAP + 256, left : left + 256], quantise(result))


def test_no_error_is_black_everywhere_and_a_wrong_pixel_shines() -> None:
    target = np.full((256, 256, 3), 0.5, np.float32)
    left = GAP + 2 * (256 + GAP)

    def error_panel(result: np.ndarray) -> np.ndarray:
        return comparison(target, result)[GAP : GAP + 256, left : left + 256].astype(int).sum(axis=2)

    black = error_panel(target)
    assert black.max() == black.min() < 10
    wrong = target.copy()
    wrong[100, 30] = 1
    shining = error_panel(wrong)
    assert np.unravel_index(shining.argmax(), shining.shape) == (100, 30)
    assert shining[100, 30] > 400


def test_what_is_transparent_shows_a_chequered_ground_whatever_colour_it_hides() -> None:
    one, other = picture(256, 256, 4), picture(256, 256, 4, seed=1)
    one[..., 3] = other[..., 3] = 0
    shown = [comparison(pixels, pixels)[GAP : GAP + 256, GAP : GAP + 256] for pixels in (one, other)]
    assert np.array_equal(*shown)
    assert len(np.unique(shown[0])) == 2


def test_heat_grows_lighter_without_a_step_back() -> None:
    lightness = heat(np.linspace(0, 1, 200)[None])[0] @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) > 0).all()
    beyond = heat(np.array([[2.0, -1.0]]))
    assert beyond.min() >= 0
    assert beyond.max() <= 1
