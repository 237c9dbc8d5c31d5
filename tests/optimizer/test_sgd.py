import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.optimizer.sgd import Sgd

START = np.random.default_rng(0).normal(size=(4, 3))
GRADIENTS = np.random.default_rng(1).normal(size=(3, 4, 3))


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_it_is_the_textbook_update(steps: int, momentum: float, nesterov: bool) -> None:
    theta, velocity, lr = START.copy(), np.zeros((4, 3)), 0.1
    for gradient in GRADIENTS[:steps]:
        velocity = momentum * velocity + gradient
        theta -= lr * (gradient + momentum * velocity if nesterov else velocity)

    parameter = nn.Parameter(torch.from_numpy(START.copy()))
    optimizer = Sgd(Sgd.Spec(name="sgd", lr=lr, momentum=momentum, nesterov=nesterov)).build([parameter])
    for gradient in GRADIENTS[:steps]:
        parameter.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
    np.testing.assert_allclose(parameter.detach().numpy(), theta, rtol=0, atol=1e-12)
