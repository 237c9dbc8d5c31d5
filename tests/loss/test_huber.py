import numpy as np
import pytest
import torch

from inr_cli.loss.huber import Huber

PREDICTION = np.random.default_rng(0).uniform(-0.5, 1.5, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))
each_delta = pytest.mark.parametrize("delta", [0.01, 0.1, 0.7])


def huber(delta: float) -> Huber:
    return Huber(Huber.Spec(name="huber", delta=delta), (1, 1))


def loss(prediction: np.ndarray, target: np.ndarray, delta: float) -> float:
    return float(huber(delta)(torch.from_numpy(prediction), torch.from_numpy(target)))


@each_delta
def test_it_is_a_parabola_that_goes_on_as_its_tangent(delta: float) -> None:
    far = abs(PREDICTION - TARGET)
    expected = np.where(far <= delta, far**2 / 2, delta**2 / 2 + delta * (far - delta)).mean()
    assert loss(PREDICTION, TARGET, delta) == pytest.approx(expected, rel=1e-12)


def test_it_is_half_the_square_for_a_large_delta_and_delta_times_the_distance_for_a_small_one() -> None:
    difference = PREDICTION - TARGET
    assert loss(PREDICTION, TARGET, 1e6) == pytest.approx((difference**2).mean() / 2, rel=1e-12)
    assert loss(PREDICTION, TARGET, 1e-9) / 1e-9 == pytest.approx(abs(difference).mean(), rel=1e-6)


@each_delta
def test_no_point_pulls_harder_than_delta(delta: float) -> None:
    far = torch.tensor([0.0, delta / 2, delta, 2 * delta, 100.0], dtype=torch.float64).requires_grad_()
    (gradient,) = torch.autograd.grad(5 * huber(delta)(far[:, None], torch.zeros(5, 1, dtype=torch.float64)), far)
    np.testing.assert_allclose(gradient.numpy(), [0, delta / 2, delta, delta, delta], rtol=1e-12)
