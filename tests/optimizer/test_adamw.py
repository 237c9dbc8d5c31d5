import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.optimizer.adamw import Adamw

START = np.random.default_rng(0).normal(size=(4, 3))
GRADIENTS = np.random.default_rng(1).normal(size=(3, 4, 3))


def built(parameter: nn.Parameter, **given: float) -> torch.optim.Optimizer:
    numbers = {"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01, **given}
    return Adamw(Adamw.Spec(name="adamw", **numbers)).build([parameter])


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("weight_decay", [0.0, 0.01, 1.0])
@pytest.mark.parametrize(("beta1", "beta2", "eps"), [(0.9, 0.999, 1e-8), (0.5, 0.7, 1e-2)])
def test_it_is_adam_with_the_decay_beside_it(
    steps: int, weight_decay: float, beta1: float, beta2: float, eps: float
) -> None:
    theta, m, v, lr = START.copy(), np.zeros((4, 3)), np.zeros((4, 3)), 0.1
    for t, gradient in enumerate(GRADIENTS[:steps], start=1):
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        theta *= 1 - lr * weight_decay
        theta -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)

    parameter = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = built(parameter, lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)
    for gradient in GRADIENTS[:steps]:
        parameter.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
    np.testing.assert_allclose(parameter.detach().numpy(), theta, rtol=0, atol=1e-12)


def test_without_a_gradient_the_numbers_decay_alone() -> None:
    parameter = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = built(parameter, lr=0.5, weight_decay=0.1)
    for _ in range(4):
        parameter.grad = torch.zeros_like(parameter)
        optimizer.step()
    np.testing.assert_allclose(parameter.detach().numpy(), START * 0.95**4, rtol=1e-12)
