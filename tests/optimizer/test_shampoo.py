import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.config.errors import ConfigError, DivergedError
from inr_cli.optimizer.shampoo import Shampoo

pytest.importorskip("pytorch_optimizer")


def built(parameter: nn.Parameter, **given: float) -> torch.optim.Optimizer:
    numbers = {"lr": 0.1, "eps": 1e-2, "precondition_every": 1, **given}
    return Shampoo(Shampoo.Spec(name="shampoo", **numbers)).build([parameter])


def moved(start: np.ndarray, gradients: np.ndarray, **given: float) -> np.ndarray:
    parameter = nn.Parameter(torch.from_numpy(start.copy()))
    optimizer = built(parameter, **given)
    for gradient in gradients:
        parameter.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
    return parameter.detach().numpy()


def power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors * values**exponent @ vectors.T


@pytest.mark.parametrize("eps", [1e-3, 1.0])
def test_a_matrix_is_preconditioned_from_both_sides(eps: float) -> None:
    start, gradients = np.random.default_rng(0).normal(size=(4, 3)), np.random.default_rng(1).normal(size=(4, 4, 3))
    theta, left, right = start.copy(), eps * np.eye(4), eps * np.eye(3)
    for gradient in gradients:
        left += gradient @ gradient.T
        right += gradient.T @ gradient
        theta -= 0.1 * power(left, -1 / 4) @ gradient @ power(right, -1 / 4)
    np.testing.assert_allclose(moved(start, gradients, eps=eps), theta, rtol=0, atol=1e-10)


def test_a_vector_gets_full_matrix_adagrad() -> None:
    start, gradients = np.zeros(5), np.random.default_rng(1).normal(size=(4, 5))
    theta, matrix = start.copy(), 1e-2 * np.eye(5)
    for gradient in gradients:
        matrix += np.outer(gradient, gradient)
        theta -= 0.1 * power(matrix, -1 / 2) @ gradient
    np.testing.assert_allclose(moved(start, gradients), theta, rtol=0, atol=1e-10)


def test_the_roots_are_taken_only_every_so_often() -> None:
    start, gradients = np.zeros((4, 3)), np.random.default_rng(1).normal(size=(4, 4, 3))
    assert (moved(start, gradients[:2], precondition_every=3) == 0).all()  # no roots yet
    assert (moved(start, gradients[:3], precondition_every=3) != 0).all()


def test_numbers_that_run_away_are_told_from_a_bug() -> None:
    parameter = nn.Parameter(torch.zeros(4, 3))
    optimizer = built(parameter)
    parameter.grad = torch.full((4, 3), float("nan"))
    with pytest.raises(DivergedError, match=r"try a lower optimizer\.lr"):
        optimizer.step()


def test_an_axis_too_long_for_a_square_matrix_is_refused() -> None:
    with pytest.raises(ConfigError, match="choose optimizer=soap"):
        built(nn.Parameter(torch.zeros(32_768, 2)))
