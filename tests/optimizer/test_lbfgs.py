from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from inr_cli.optimizer.lbfgs import Lbfgs

RANDOM = np.random.default_rng(0)
ROOTS = RANDOM.normal(size=(6, 6))
HESSIAN = ROOTS @ ROOTS.T + np.eye(6)
SLOPE = RANDOM.normal(size=6)
MINIMUM = np.linalg.solve(HESSIAN, SLOPE)


def built(parameter: nn.Parameter, **given: float) -> torch.optim.Optimizer:
    return Lbfgs(Lbfgs.Spec(name="lbfgs", **{"lr": 1.0, "max_iter": 20, "history": 20, **given})).build([parameter])


def closure_for(
    optimizer: torch.optim.Optimizer, parameter: nn.Parameter, loss: Callable[[Tensor], Tensor]
) -> Callable[[], Tensor]:
    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss(parameter)
        value.backward()
        return value.detach()

    return closure


def quadratic(x: Tensor) -> Tensor:
    return x @ torch.from_numpy(HESSIAN) @ x / 2 - torch.from_numpy(SLOPE) @ x


def rosenbrock(x: Tensor) -> Tensor:
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


@pytest.mark.parametrize("lr", [0.01, 1.0, 100.0])
def test_it_finds_the_minimum_of_a_quadratic_whatever_the_first_length(lr: float) -> None:
    parameter = nn.Parameter(torch.zeros(6, dtype=torch.float64))
    optimizer = built(parameter, lr=lr)
    for _ in range(10):
        optimizer.step(closure_for(optimizer, parameter, quadratic))
    np.testing.assert_allclose(parameter.detach().numpy(), MINIMUM, atol=1e-6)


def test_it_follows_the_bent_valley_without_ever_rising() -> None:
    parameter = nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))
    optimizer = built(parameter)
    losses = [float(optimizer.step(closure_for(optimizer, parameter, rosenbrock))) for _ in range(8)]
    assert losses == sorted(losses, reverse=True)
    np.testing.assert_allclose(parameter.detach().numpy(), [1, 1], atol=1e-6)


def test_its_second_direction_is_the_two_loop_recursions() -> None:
    """One pair (s, y): d = -H g, with H = (1 - r s y^T) (s.y / y.y) (1 - r y s^T) + r s s^T and r = 1 / y.s."""
    places, gradients = [], []
    parameter = nn.Parameter(torch.ones(6, dtype=torch.float64))
    optimizer = built(parameter, max_iter=1)
    inner = closure_for(optimizer, parameter, quadratic)
    for _ in range(3):
        places.append(parameter.detach().numpy().copy())
        gradients.append(HESSIAN @ places[-1] - SLOPE)
        optimizer.step(inner)
    s, y = places[1] - places[0], gradients[1] - gradients[0]
    r, one = 1 / (y @ s), np.eye(6)
    inverse = (one - r * np.outer(s, y)) @ (one - r * np.outer(y, s)) * (s @ y) / (y @ y) + r * np.outer(s, s)
    direction, moved = -inverse @ gradients[1], places[2] - places[1]
    assert direction @ moved == pytest.approx(np.linalg.norm(direction) * np.linalg.norm(moved), rel=1e-9)


def test_at_a_learning_rate_of_0_it_stands_still() -> None:
    parameter = nn.Parameter(torch.ones(6, dtype=torch.float64))
    optimizer = built(parameter)
    optimizer.param_groups[0]["lr"] = 0.0
    loss = optimizer.step(closure_for(optimizer, parameter, quadratic))
    assert float(loss) == pytest.approx(float(quadratic(torch.ones(6, dtype=torch.float64))))
    assert (parameter == 1).all()


def test_it_asks_for_the_full_batch() -> None:
    assert Lbfgs.needs_full_batch
