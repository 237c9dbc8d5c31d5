import numpy as np
import pytest
import torch

from inr_cli.loss.l1 import L1

PREDICTION = np.random.default_rng(0).uniform(-0.5, 1.5, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))


def loss(prediction: np.ndarray, target: np.ndarray) -> float:
    return float(L1(L1.Spec(name="l1"), (1, 1))(torch.from_numpy(prediction), torch.from_numpy(target)))


def test_it_is_the_mean_over_points_and_channels() -> None:
    expected = sum(abs(p - t) for p, t in zip(PREDICTION.ravel(), TARGET.ravel(), strict=True)) / 120
    assert loss(PREDICTION, TARGET) == pytest.approx(expected, rel=1e-12)


def test_it_is_zero_only_at_the_target() -> None:
    assert loss(TARGET, TARGET) == 0
    assert loss(TARGET - 1e-3, TARGET) == pytest.approx(1e-3)


def test_a_far_point_pulls_no_harder_than_a_near_one() -> None:
    prediction = torch.tensor([[0.1], [100.0]], requires_grad=True)
    L1(L1.Spec(name="l1"), (1, 1))(prediction, torch.zeros(2, 1)).backward()
    assert prediction.grad is not None
    assert prediction.grad[0] == prediction.grad[1]
