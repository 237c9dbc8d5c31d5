import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.optimizer.adam import Adam

START = np.random.default_rng(0).normal(size=(4, 3))
GRADIENTS = np.random.default_rng(1).normal(size=(3, 4, 3))


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize(("beta1", "beta2", "eps"), [(0.9, 0.999, 1e-8), (0.5, 0.7, 1e-2), (0.0, 0.0, 1e-8)])
def test_it_is_the_papers_algorithm(steps: int, beta1: float, beta2: float, eps: float) -> None:
    theta, m, v, lr = START.copy(), np.zeros((4, 3)), np.zeros((4, 3)), 0.1
    for t, gradient in enumerate(GRADIENTS[:steps], start=1):
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        theta -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)

    parameter = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = Adam(Adam.Spec(name="adam", lr=lr, beta1=beta1, beta2=beta2, eps=eps)).build([parameter])
    for gradient in GRADIENTS[:steps]:
        parameter.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
    np.testing.assert_allclose(parameter.detach().numpy(), theta, rtol=0, atol=1e-12)


def test_the_first_step_has_the_length_of_the_learning_rate_whatever_the_gradient() -> None:
    parameter = nn.Parameter(torch.zeros(3, dtype=torch.float64))
    optimizer = Adam(Adam.Spec(name="adam", lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8)).build([parameter])
    parameter.grad = torch.tensor([1e-3, -5.0, 1e6], dtype=torch.float64)
    optimizer.step()
    # eps = 1e-8 beside a gradient of 1e-3
    np.testing.assert_allclose(parameter.detach().numpy(), [-0.01, 0.01, -0.01], rtol=1e-4)
