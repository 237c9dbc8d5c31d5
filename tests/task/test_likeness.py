import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from inr_cli.task import likeness


def test_the_figures_are_scikit_images_and_the_8_bit_one_is_of_the_rounded_picture() -> None:
    random = np.random.default_rng(0)
    target = random.random((16, 20, 3), dtype=np.float32)
    result = (target + 0.1 * random.standard_normal(target.shape)).astype(np.float32)
    figures = likeness(result, target)
    shown = np.clip(result, 0, 1).astype(np.float64)
    truth = target.astype(np.float64)
    rounded = np.floor(shown * 255 + 0.5) / 255
    assert figures["psnr"] == pytest.approx(peak_signal_noise_ratio(truth, shown, data_range=1), rel=1e-7)
    assert figures["psnr_8bit"] == pytest.approx(peak_signal_noise_ratio(truth, rounded, data_range=1), rel=1e-6)
    assert figures["psnr_unclamped"] == pytest.approx(
        peak_signal_noise_ratio(truth, result.astype(np.float64), data_range=1), rel=1e-7
    )
    assert 0 < (figures["ssim"] or 0) < 1


def test_what_cannot_be_computed_is_nothing() -> None:
    tiny = np.zeros((4, 4, 1), dtype=np.float32)
    assert likeness(tiny, tiny) == {"psnr": 300.0, "psnr_8bit": 300.0, "psnr_unclamped": 300.0, "ssim": None}
