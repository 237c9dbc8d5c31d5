from typing import Any

import numpy as np
import pytest
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from inr_cli.config.errors import ConfigError
from inr_cli.task import Lines, tasks
from inr_cli.task.denoise import Denoise

PICTURE = torch.from_numpy(np.random.default_rng(0).uniform(0, 1, (12, 15, 3)).astype(np.float32))
FLAT = torch.full((200, 200, 1), 0.25)


def denoise(
    sigma: float = 0.1, photons: float | None = None, picture: torch.Tensor = PICTURE, seed: int = 0
) -> Denoise:
    spec = Denoise.Spec(name="denoise", sigma=sigma, photons=photons)
    return Denoise(spec, picture, "centre", torch.Generator().manual_seed(seed))


def look(lines: Lines) -> np.ndarray:
    raise AssertionError("the field is compared at the picture's own pixels")


@pytest.mark.parametrize(
    ("sigma", "photons", "variance"),
    [(0.1, None, 0.01), (0.0, 40.0, 0.25 / 40), (0.05, 40.0, 0.0025 + 0.25 / 40), (1.0, None, 1.0)],
)
def test_the_noise_has_the_variance_of_its_kind(sigma: float, photons: float | None, variance: float) -> None:
    noise = denoise(sigma, photons, FLAT).targets.double() - 0.25
    # 40,000 values: the mean is within 4 sqrt(variance / 40,000), the variance within 4 sqrt(2 / 40,000) of itself
    assert abs(float(noise.mean())) < 4 * np.sqrt(variance / 40_000)
    assert float(noise.var()) == pytest.approx(variance, rel=4 * np.sqrt(2 / 40_000) + 0.01)


def test_photons_are_counted_whole() -> None:
    counts = denoise(0.0, 40.0).targets.double() * 40
    assert torch.allclose(counts, counts.round(), atol=1e-5)


def test_without_noise_it_shows_the_picture() -> None:
    task = denoise(0.0)
    assert torch.equal(task.seen, PICTURE)
    assert torch.equal(task.targets, PICTURE.flatten(end_dim=1))


def test_noise_is_not_clamped_but_what_is_compared_is() -> None:
    task = denoise(1.0)
    assert task.targets.min() < 0 and task.targets.max() > 1
    assert float(task.error(task.seen)) == 0


def test_the_seed_decides_the_noise() -> None:
    first, again, other = (denoise(0.1, 40.0, seed=seed).targets for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_type_of_the_picture_is_kept() -> None:
    assert denoise(picture=PICTURE.double()).targets.dtype == torch.float64


def test_the_figures_are_scikit_images_against_the_noisy_and_the_clean_picture() -> None:
    task = denoise()
    rendered = np.random.default_rng(1).normal(0.5, 0.4, (12, 15, 3)).astype(np.float32)
    ours, noisy, clean = (
        np.clip(picture, 0, 1).astype(np.float64) for picture in (rendered, task.seen.numpy(), PICTURE.numpy())
    )
    assert float(task.error(torch.from_numpy(rendered))) == pytest.approx(mean_squared_error(noisy, ours), rel=1e-6)
    figures = task.judge(rendered, look)
    assert figures["psnr"] == pytest.approx(peak_signal_noise_ratio(noisy, ours, data_range=1), rel=1e-6)
    assert figures["psnr_test"] == pytest.approx(peak_signal_noise_ratio(clean, ours, data_range=1), rel=1e-6)
    unclamped = peak_signal_noise_ratio(noisy, rendered.astype(np.float64), data_range=1)
    assert figures["psnr_unclamped"] == pytest.approx(unclamped, rel=1e-6)
    assert figures["psnr_noisy"] == pytest.approx(peak_signal_noise_ratio(clean, noisy, data_range=1), rel=1e-6)
    assert task.curves(rendered)["psnr_test"] == figures["psnr_test"]


def test_a_field_that_learned_the_noise_is_as_far_from_the_clean_picture_as_the_noise() -> None:
    task = denoise()
    figures = task.judge(task.seen.numpy(), look)
    assert figures["psnr"] == 300
    assert figures["psnr_test"] == pytest.approx(figures["psnr_noisy"])
    assert task.warning(figures) is None


def test_it_warns_of_a_field_worse_than_the_noise_alone() -> None:
    task = denoise()
    warning = task.warning({"psnr_test": 18.0, "psnr_noisy": 20.0})
    assert warning is not None
    assert warning.startswith("further from the clean picture by 2.0 dB than the noisy one is; try ")
    assert task.warning({"psnr_test": 26.0, "psnr_noisy": 20.0}) is None


@pytest.mark.parametrize(("sigma", "photons"), [(-0.1, None), (0.1, 0.0), (0.1, -3.0), (True, None)])
def test_numbers_outside_their_range_are_refused(sigma: Any, photons: Any) -> None:
    with pytest.raises(ConfigError, match=r"task\.(sigma|photons)"):
        tasks.spec({"name": "denoise", "sigma": sigma, "photons": photons})
