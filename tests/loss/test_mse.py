import numpy as np
import pytest
import torch

from inr_cli.loss.mse import Mse

PREDICTION = np.random.default_rng(0).uniform(-0.5, 1.5, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))


def loss(prediction: np.ndarray, target: np.ndarray) -> float:
    return float(Mse(Mse.Spec(name="mse"), (1, 1))(torch.from_numpy(prediction), torch.from_numpy(target)))


def test_it_is_the_mean_over_points_and_channels() -> None:
    expected = sum((p - t) ** 2 for p, t in zip(PREDICTION.ravel(), TARGET.ravel(), strict=True)) / 120
    assert loss(PREDICTION, TARGET) == pytest.approx(expected, rel=1e-12)


def test_it_is_zero_only_at_the_target() -> None:
    assert loss(TARGET, TARGET) == 0
    assert loss(TARGET + 1e-3, TARGET) == pytest.approx(1e-6)
