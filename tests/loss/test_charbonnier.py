import math

import numpy as np
import pytest
import torch

from inr_cli.loss.charbonnier import Charbonnier

PREDICTION = np.random.default_rng(0).uniform(-0.5, 1.5, (40, 3))
TARGET = np.random.default_rng(1).uniform(0, 1, (40, 3))
each_epsilon = pytest.mark.parametrize("epsilon", [1e-6, 1e-3, 0.2])


def charbonnier(epsilon: float) -> Charbonnier:
    return Charbonnier(Charbonnier.Spec(name="charbonnier", epsilon=epsilon), (1, 1))


def loss(prediction: np.ndarray, target: np.ndarray, epsilon: float) -> float:
    return float(charbonnier(epsilon)(torch.from_numpy(prediction), torch.from_numpy(target)))


@each_epsilon
def test_it_is_the_hypotenuse_over_epsilon(epsilon: float) -> None:
    expected = sum(math.hypot(p - t, epsilon) for p, t in zip(PREDICTION.ravel(), TARGET.ravel(), strict=True)) / 120
    assert loss(PREDICTION, TARGET, epsilon) == pytest.approx(expected, rel=1e-12)


@each_epsilon
def test_at_the_target_it_is_epsilon_and_flat(epsilon: float) -> None:
    assert loss(TARGET, TARGET, epsilon) == pytest.approx(epsilon, rel=1e-12)
    prediction = torch.from_numpy(TARGET).requires_grad_()
    (gradient,) = torch.autograd.grad(charbonnier(epsilon)(prediction, torch.from_numpy(TARGET)), prediction)
    assert not gradient.any()


def test_it_is_the_absolute_error_far_out_and_a_parabola_near() -> None:
    assert loss(PREDICTION, TARGET, 1e-6) == pytest.approx(abs(PREDICTION - TARGET).mean(), rel=1e-6)
    assert loss(TARGET + 1e-3, TARGET, 0.2) - 0.2 == pytest.approx(1e-6 / (2 * 0.2), rel=1e-4)
