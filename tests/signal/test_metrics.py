"""scikit-image judges."""

import io

import imageio.v3 as iio
import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from inr_cli.signal import metrics
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.metrics import EXACT_DB, decibels, psnr, psnr_8bit, psnr_unclamped, ssim

FLOAT32_LOG = 1e-7
"""torchmetrics sums in our float64, then divides by a float32 log(10): 40 dB come out as 39.999998."""

SHAPES = [(16, 24, 1), (33, 20, 2), (40, 40, 3), (11, 30, 4)]


def pair(shape: tuple[int, int, int], noise: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    target = rng.uniform(0, 1, shape).astype(np.float32)
    return (target + noise * rng.standard_normal(shape)).astype(np.float32), target


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("noise", [1e-4, 0.1, 1.0])
def test_psnr_is_scikit_images_of_the_clamped_prediction(shape: tuple[int, int, int], noise: float) -> None:
    prediction, target = pair(shape, noise)
    clamped = np.clip(prediction, 0, 1).astype(np.float64)
    assert psnr(prediction, target) == pytest.approx(
        peak_signal_noise_ratio(target.astype(np.float64), clamped, data_range=1), rel=FLOAT32_LOG
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("noise", [1e-4, 0.1, 1.0])
def test_unclamped_psnr_is_scikit_images_of_the_prediction_itself(shape: tuple[int, int, int], noise: float) -> None:
    prediction, target = (pixels.astype(np.float64) for pixels in pair(shape, noise))
    expected = peak_signal_noise_ratio(target, prediction, data_range=1)
    assert psnr_unclamped(prediction, target) == pytest.approx(expected, rel=FLOAT32_LOG)
    assert psnr_unclamped(prediction, target) <= psnr(prediction, target)  # no target is outside [0, 1]
    assert psnr_unclamped(np.clip(prediction, 0, 1), target) == psnr(prediction, target)


def test_an_exact_match_is_300_db() -> None:
    _, target = pair((4, 4, 3))
    assert psnr(target, target) == EXACT_DB
    assert psnr(np.full((4, 4, 1), 3.0, np.float32), np.ones((4, 4, 1), np.float32)) == EXACT_DB


@pytest.mark.parametrize(("error", "db"), [(1.0, 0), (0.1, 20), (0.01, 40), (1e-14, 280), (1e-16, 300)])
def test_psnr_of_a_known_error(error: float, db: float) -> None:
    assert psnr(np.full((3, 3, 1), error), np.zeros((3, 3, 1))) == pytest.approx(db, rel=FLOAT32_LOG)


@pytest.mark.parametrize("noise", [0.0, 1e-4, 0.1])
def test_decibels_of_the_mean_square_error_is_psnr(noise: float) -> None:
    target = pair((8, 9, 3))[1].astype(np.float64) * 0.5 + 0.25
    prediction = target + noise
    assert decibels(np.mean((prediction - target) ** 2)) == pytest.approx(psnr(prediction, target), rel=FLOAT32_LOG)


def test_a_broken_prediction_has_no_figure() -> None:
    assert np.isnan(psnr(np.full((2, 2, 1), np.nan), np.zeros((2, 2, 1))))


def test_psnr_8bit_is_that_of_the_file() -> None:
    prediction, target = pair((20, 20, 3))
    written = iio.imread(io.BytesIO(encode_picture(prediction, ".png"))) / 255
    assert psnr_8bit(prediction, target) == pytest.approx(psnr(written, target), abs=1e-12)
    assert psnr_8bit(prediction, target) != psnr(prediction, target)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("noise", [0.01, 0.3])
def test_ssim_is_scikit_images_on_mirrored_borders(shape: tuple[int, int, int], noise: float) -> None:
    # scikit-image leaves the 5 border pixels out of its mean; torchmetrics mirrors 5 pixels and counts every one.
    # On pictures mirrored beforehand the two are the same sum.
    prediction, target = pair(shape, noise)
    mirrored = [
        np.pad(pixels.astype(np.float64), ((5, 5), (5, 5), (0, 0)), mode="reflect")
        for pixels in (np.clip(prediction, 0, 1), target)
    ]
    expected = structural_similarity(
        *mirrored, data_range=1, channel_axis=-1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert ssim(prediction, target) == pytest.approx(expected, abs=5e-5)  # ours is float32


def test_ssim_of_itself_is_one() -> None:
    _, target = pair((32, 32, 3))
    assert ssim(target, target) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("shape", [(10, 40, 3), (40, 10, 3), (1, 1, 1)])
def test_ssim_needs_a_whole_window(shape: tuple[int, int, int]) -> None:
    assert ssim(*pair(shape)) is None


@pytest.mark.parametrize("shape", [(40, 19, 3), (53, 31, 1), (64, 64, 3)])
def test_a_picture_compared_in_bands_has_the_figures_of_the_whole(
    shape: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    target = random.uniform(0, 1, shape).astype(np.float32)
    noisy = target + 0.1 * random.standard_normal(shape).astype(np.float32)
    where = random.uniform(0, 1, shape[:2]) < 0.3
    whole = psnr(noisy, target), ssim(noisy, target), ssim(noisy, target, where)
    monkeypatch.setattr(metrics, "BAND", 13 * shape[1])
    assert len(list(metrics._bands(target))) > 1
    assert (psnr(noisy, target), ssim(noisy, target), ssim(noisy, target, where)) == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize("height", [1, 10, 11, 12, 33, 34, 100])
def test_bands_are_all_rows_in_order_and_none_is_narrower_than_a_window(
    height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "BAND", 11)
    rows = [range(height)[band] for band in metrics._bands(np.zeros((height, 1, 1)))]
    assert [row for band in rows for row in band] == list(range(height))
    assert min(map(len, rows)) >= min(height, metrics.SSIM_WINDOW)
