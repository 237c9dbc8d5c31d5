from collections.abc import Callable

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from inr_cli.config.errors import ConfigError
from inr_cli.loss.ssim import Ssim
from inr_cli.signal import metrics

Copies = Callable[[Callable[[], object]], int]
SHAPES = [(11, 11), (11, 20), (16, 12)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


def pair(shape: tuple[int, int], channels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """A picture, and one like it."""
    random = np.random.default_rng(0)
    target = random.uniform(0, 1, (*shape, channels))
    return np.clip(target + random.normal(0, 0.2, target.shape), 0, 1), target


def rows(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture.reshape(-1, picture.shape[-1]))


def loss(prediction: np.ndarray, target: np.ndarray) -> float:
    return float(Ssim(Ssim.Spec(name="ssim"), target.shape[:2])(rows(prediction), rows(target)))


def by_hand(p: np.ndarray, t: np.ndarray) -> float:
    """SSIM of two 11 x 11 patches, weighted by the window."""
    place = np.arange(-5, 6)
    window = np.exp(-(place[:, None] ** 2 + place[None, :] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    m_p, m_t = (window * p).sum(), (window * t).sum()
    v_p, v_t = (window * (p - m_p) ** 2).sum(), (window * (t - m_t) ** 2).sum()
    covariance = (window * (p - m_p) * (t - m_t)).sum()
    luminance = (2 * m_p * m_t + 1e-4) / (m_p**2 + m_t**2 + 1e-4)
    return luminance * (2 * covariance + 9e-4) / (v_p + v_t + 9e-4)


@each_shape
@pytest.mark.parametrize("channels", [1, 4])
def test_it_is_one_minus_the_mean_over_the_windows_around_all_pixels(shape: tuple[int, int], channels: int) -> None:
    prediction, target = pair(shape, channels)
    p, t = (np.pad(picture, [(5, 5), (5, 5), (0, 0)], mode="reflect") for picture in (prediction, target))
    values = [
        by_hand(p[i : i + 11, j : j + 11, channel], t[i : i + 11, j : j + 11, channel])
        for i in range(shape[0])
        for j in range(shape[1])
        for channel in range(channels)
    ]
    assert loss(prediction, target) == pytest.approx(1 - np.mean(values), rel=1e-12)


@each_shape
def test_the_summary_agrees(shape: tuple[int, int]) -> None:
    prediction, target = pair(shape)
    assert loss(prediction, target) == pytest.approx(1 - metrics.ssim(prediction, target), abs=1e-5)  # in float32


def test_scikit_image_agrees_wherever_the_border_is_out_of_reach() -> None:
    prediction, target = (np.pad(picture, [(10, 10), (10, 10), (0, 0)]) for picture in pair((12, 9)))
    judged = structural_similarity(
        prediction,
        target,
        data_range=1,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )[1]
    assert loss(prediction, target) == pytest.approx(1 - judged.mean(), rel=1e-9)


def test_it_is_zero_at_the_target_symmetric_and_at_most_two() -> None:
    prediction, target = pair((20, 20))
    assert loss(target, target) == pytest.approx(0, abs=1e-12)
    assert loss(prediction, target) == pytest.approx(loss(target, prediction), rel=1e-12)
    waves = 0.5 + 0.5 * np.sin(2 * np.arange(20.0))[:, None, None] * np.ones((1, 20, 1))
    assert 1.9 < loss(1 - waves, waves) <= 2


@pytest.mark.parametrize("brightness", [0.0, 0.5, 1.0])
def test_the_gradient_on_a_flat_picture_is_finite(brightness: float) -> None:
    prediction = torch.full((144, 3), brightness, requires_grad=True)
    Ssim(Ssim.Spec(name="ssim"), (12, 12))(prediction, torch.zeros(144, 3)).backward()
    assert prediction.grad is not None
    assert prediction.grad.isfinite().all()


def test_the_gradient_is_that_of_finite_differences() -> None:
    prediction, target = (rows(picture) for picture in pair((12, 11), 1))
    ssim = Ssim(Ssim.Spec(name="ssim"), (12, 11))
    (gradient,) = torch.autograd.grad(ssim(prediction.requires_grad_(), target), prediction)
    prediction = prediction.detach()
    for pixel in (0, 5, 70, 131):  # a corner, an edge, the middle, the last
        step = torch.zeros_like(prediction).index_fill(0, torch.tensor(pixel), 1e-6)
        slope = (ssim(prediction + step, target) - ssim(prediction - step, target)) / 2e-6
        assert float(gradient[pixel, 0]) == pytest.approx(float(slope), rel=1e-6)


def test_mixed_precision_does_not_reach_it() -> None:
    prediction, target = (rows(picture).float() for picture in pair((20, 20)))
    ssim = Ssim(Ssim.Spec(name="ssim"), (20, 20))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = ssim(prediction, target)
    assert torch.equal(mixed, ssim(prediction, target))


@pytest.mark.parametrize("shape", [(10, 30), (30, 10)])
def test_a_picture_smaller_than_the_window_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ConfigError, match=f"loss=ssim: its window is 11 .* {shape[1]}x{shape[0]}; choose") as refusal:
        Ssim(Ssim.Spec(name="ssim"), shape)
    assert "\n" not in str(refusal.value)


def test_what_it_keeps_is_moved_once(copies: Copies) -> None:
    prediction, target = (rows(picture).float() for picture in pair((20, 20)))
    ssim = Ssim(Ssim.Spec(name="ssim"), (20, 20))
    assert copies(lambda: ssim(prediction, target)) == 1
    assert copies(lambda: ssim(prediction, target)) == 0
