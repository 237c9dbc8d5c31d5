import numpy as np
import pytest
import torch

from inr_cli.loss.relative_l2 import RelativeL2

PREDICTION = np.random.default_rng(0).uniform(-0.5, 1.5, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))
each_epsilon = pytest.mark.parametrize("epsilon", [1e-4, 0.01, 0.5])


def relative_l2(epsilon: float) -> RelativeL2:
    return RelativeL2(RelativeL2.Spec(name="relative_l2", epsilon=epsilon), (1, 1))


def loss(prediction: np.ndarray, target: np.ndarray, epsilon: float = 0.01) -> float:
    return float(relative_l2(epsilon)(torch.from_numpy(prediction), torch.from_numpy(target)))


@each_epsilon
def test_it_is_the_square_error_over_the_squared_prediction(epsilon: float) -> None:
    pairs = zip(PREDICTION.ravel(), TARGET.ravel(), strict=True)
    expected = sum((p - t) ** 2 / (p * p + epsilon) for p, t in pairs) / 120
    assert loss(PREDICTION, TARGET, epsilon) == pytest.approx(expected, rel=1e-12)


@each_epsilon
def test_the_gradient_knows_nothing_of_the_denominator(epsilon: float) -> None:
    prediction = torch.from_numpy(PREDICTION).requires_grad_()
    (gradient,) = torch.autograd.grad(relative_l2(epsilon)(prediction, torch.from_numpy(TARGET)), prediction)
    expected = 2 * (PREDICTION - TARGET) / (PREDICTION**2 + epsilon) / 120
    np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-12)


def test_the_same_share_costs_the_same_at_every_brightness() -> None:
    for brightness in (0.5, 0.01):
        prediction = np.array([[brightness]])
        assert loss(prediction, 0.9 * prediction, 1e-9) == pytest.approx(0.01, rel=1e-4)


def test_black_is_finite_and_the_target_costs_nothing() -> None:
    assert loss(np.zeros((1, 1)), np.ones((1, 1))) == pytest.approx(100)
    assert loss(TARGET, TARGET) == 0
