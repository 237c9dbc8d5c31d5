from typing import Any

import numpy as np
import pytest
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from inr_cli.config.errors import ConfigError
from inr_cli.signal.grid import coordinate
from inr_cli.signal.metrics import psnr
from inr_cli.signal.resample import at_corners
from inr_cli.task import UNCLAMPED, Lines, tasks
from inr_cli.task.interpolate import Interpolate, between

PICTURE = torch.from_numpy(np.random.default_rng(0).uniform(0, 1, (13, 18, 3)).astype(np.float32))
RENDERED = np.random.default_rng(1).normal(0.5, 0.4, (13, 18, 3)).astype(np.float32)


def interpolate(stride: int = 2, picture: torch.Tensor = PICTURE, kind: Any = "centre") -> Interpolate:
    return Interpolate(Interpolate.Spec(name="interpolate", stride=stride), picture, kind, torch.Generator())


def look(lines: Lines) -> np.ndarray:
    raise AssertionError("all that is asked for is among the picture's own pixels")


@pytest.mark.parametrize(("stride", "first"), [(2, 1), (3, 1), (4, 2), (5, 2)])
def test_every_kth_pixel_is_shown_and_the_ones_halfway_are_asked(stride: int, first: int) -> None:
    task = interpolate(stride)
    for row in range(13):
        for column in range(18):
            assert task.shown[row, column] == (row % stride == 0 and column % stride == 0)
            assert task.asked[row, column] == (row % stride == first and column % stride == first)


@pytest.mark.parametrize("kind", ["centre", "left", "corner"])
@pytest.mark.parametrize("stride", [2, 3])
def test_a_sample_lies_where_its_pixel_does_in_the_whole_picture(kind: Any, stride: int) -> None:
    task = interpolate(stride, kind=kind)
    rows, columns = range(0, 13, stride), range(0, 18, stride)
    assert task.coords.shape == (len(rows) * len(columns), 2)
    for number, (row, column) in enumerate((row, column) for row in rows for column in columns):
        place = [float(coordinate(row, 13, kind)), float(coordinate(column, 18, kind))]
        np.testing.assert_allclose(task.coords[number], place, atol=1e-6)
        assert torch.equal(task.targets[number], PICTURE[row, column])


def test_what_is_seen_is_the_smaller_picture_whose_points_are_the_samples() -> None:
    task = interpolate()
    assert task.seen is not None
    assert torch.equal(task.seen.flatten(end_dim=1), task.targets)
    assert task.shape == (13, 18)


def test_the_error_is_that_of_the_shown_pixels_only() -> None:
    rendered = torch.from_numpy(RENDERED.copy())
    error = float(interpolate().error(rendered))
    shown, truth = np.clip(RENDERED[::2, ::2], 0, 1).astype(np.float64), PICTURE[::2, ::2].double().numpy()
    assert error == pytest.approx(mean_squared_error(truth, shown), rel=1e-6)
    rendered[1::2] = float("nan")
    rendered[:, 1::2] = float("nan")
    assert float(interpolate().error(rendered)) == error


@pytest.mark.parametrize(("stride", "first"), [(2, 1), (4, 2)])
def test_the_figures_are_scikit_images_on_either_kind_of_pixels(stride: int, first: int) -> None:
    task, truth = interpolate(stride), PICTURE.double().numpy()
    clamped = np.clip(RENDERED, 0, 1).astype(np.float64)

    def of(start: int) -> float:
        return peak_signal_noise_ratio(
            truth[start::stride, start::stride], clamped[start::stride, start::stride], data_range=1
        )

    figures = task.judge(RENDERED, look)
    assert figures["psnr"] == figures["psnr_train"] == pytest.approx(of(0), rel=1e-6)
    assert figures["psnr_test"] == task.curves(RENDERED)["psnr_test"] == pytest.approx(of(first), rel=1e-6)
    clamped = RENDERED.astype(np.float64)
    assert figures["psnr_unclamped"] == pytest.approx(of(0), rel=1e-6)


def test_a_field_that_only_knows_what_it_was_shown_is_found_out() -> None:
    task = interpolate()
    rendered = np.full_like(RENDERED, 0.5)
    rendered[::2, ::2] = PICTURE[::2, ::2]
    figures = task.judge(rendered, look)
    assert figures["psnr"] == 300
    assert figures["psnr_test"] < 12  # uniform noise is 1/12 from its mean
    assert figures["ssim_test"] < figures["ssim"] < 1


def test_the_picture_itself_has_no_error_anywhere() -> None:
    figures = interpolate().judge(PICTURE.numpy(), look)
    assert [figures[name] for name in ("psnr", "psnr_test")] == [300, 300]
    assert [figures[name] for name in ("ssim", "ssim_test")] == pytest.approx([1, 1], abs=1e-6)


def test_it_says_how_many_pixels_were_shown_and_asked_for() -> None:
    assert interpolate().compared_with == {
        "psnr": "the 63 pixels shown",
        "psnr_unclamped": UNCLAMPED,
        "psnr_test": "54 of the 171 pixels hidden",
        "psnr_bicubic": "the same without a field, bicubic interpolation of the shown ones",
    }


def test_the_rival_at_the_middle_of_four_shown_pixels_is_the_cubic_of_sixteen() -> None:
    picture = PICTURE.numpy()
    found = interpolate().interpolated()
    assert found.shape == picture.shape
    np.testing.assert_allclose(found[::2, ::2], picture[::2, ::2], atol=1e-6)
    np.testing.assert_allclose(found[1:12:2, 1:-1:2], at_corners(picture[::2, ::2]), atol=1e-6)
    figures = interpolate().judge(RENDERED, look)
    assert figures["psnr_bicubic"] == pytest.approx(psnr(found[1::2, 1::2], picture[1::2, 1::2]))


@pytest.mark.parametrize("stride", [2, 3, 5])
def test_the_rival_has_no_error_on_a_ramp_but_at_the_borders(stride: int) -> None:
    ramp = np.linspace(0, 1, 60 * 45).reshape(60, 45, 1).astype(np.float32)
    found = between(ramp[::stride, ::stride], (60, 45), stride)
    inside = slice(2 * stride, -3 * stride)
    np.testing.assert_allclose(found[inside, inside], ramp[inside, inside], atol=1e-5)


def test_a_field_that_is_worse_than_its_rival_is_warned_of() -> None:
    task = interpolate()
    told = task.warning(task.judge(RENDERED, look))
    assert told
    assert "worse on the hidden pixels than bicubic interpolation by" in told
    assert task.warning(task.judge(PICTURE.numpy(), look)) is None


@pytest.mark.parametrize("stride", [18, 100])
def test_a_stride_that_shows_a_single_pixel_is_refused(stride: int) -> None:
    with pytest.raises(ConfigError, match=rf"task\.stride={stride}: shows a single one of 18x13 pixels"):
        interpolate(stride)


@pytest.mark.parametrize("shape", [(1, 9, 1), (9, 1, 1)])
def test_a_picture_with_nothing_halfway_is_refused(shape: tuple[int, int, int]) -> None:
    with pytest.raises(ConfigError, match="leaves none of") as refused:
        interpolate(picture=torch.zeros(shape))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("stride", [1, 1025, 2.5])
def test_strides_that_hide_nothing_or_are_none_are_refused(stride: Any) -> None:
    with pytest.raises(ConfigError, match=r"task\.stride"):
        tasks.spec({"name": "interpolate", "stride": stride})
