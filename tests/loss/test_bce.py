import math

import numpy as np
import pytest
import torch

from inr_cli.loss.bce import Bce

PREDICTION = np.random.default_rng(0).uniform(0.01, 0.99, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))
BCE = Bce(Bce.Spec(name="bce"), (1, 1))


def loss(prediction: np.ndarray, target: np.ndarray) -> float:
    return float(BCE(torch.from_numpy(prediction), torch.from_numpy(target)))


def test_it_is_the_mean_over_points_and_channels() -> None:
    pairs = list(zip(PREDICTION.ravel(), TARGET.ravel(), strict=True))
    expected = -sum(t * math.log(p) + (1 - t) * math.log(1 - p) for p, t in pairs) / 120
    assert loss(PREDICTION, TARGET) == pytest.approx(expected, rel=1e-12)


def test_it_is_smallest_at_the_target_where_it_is_the_entropy() -> None:
    target = np.clip(TARGET, 0.01, 0.99)
    entropy = -np.mean(target * np.log(target) + (1 - target) * np.log(1 - target))
    assert loss(target, target) == pytest.approx(entropy, rel=1e-12)
    for step in (-1e-3, 1e-3):
        assert loss(target + step, target) > entropy


@pytest.mark.parametrize("wrong", [0.0, 1.0])
def test_a_saturated_sigmoid_costs_100_not_infinity(wrong: float) -> None:
    assert loss(np.array([[wrong]]), np.array([[1 - wrong]])) == 100


@pytest.mark.parametrize("saturated", [0.0, 1.0])
def test_the_gradient_at_a_saturated_prediction_is_finite(saturated: float) -> None:
    prediction = torch.tensor([[saturated]], requires_grad=True)
    BCE(prediction, torch.tensor([[0.5]])).backward()
    assert prediction.grad is not None
    assert prediction.grad.isfinite().all()
