import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.optimizer.soap import Soap

pytest.importorskip("pytorch_optimizer")
GRADIENTS = np.random.default_rng(1).normal(size=(5, 4, 3))
START = np.random.default_rng(0).normal(size=(4, 3))
NUMBERS = {
    "lr": 0.1, "beta1": 0.9, "beta2": 0.95, "eps": 1e-8, "weight_decay": 0.0, "precondition_every": 1, "max_size": 100
}  # fmt: skip


def moved(start: np.ndarray, gradients: np.ndarray, **given: float) -> np.ndarray:
    parameter = nn.Parameter(torch.from_numpy(start.copy()))
    optimizer = Soap(Soap.Spec(name="soap", **{**NUMBERS, **given})).build([parameter])
    for gradient in gradients:
        parameter.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
    return parameter.detach().numpy()


def refreshed(mean: np.ndarray, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One power iteration from the old basis, the strongest direction first; and the order that makes it so."""
    order = np.argsort(-np.einsum("ij,ik,kj->j", basis, mean, basis))
    return np.linalg.qr((mean @ basis[:, order]).astype(np.float32))[0], order


@pytest.mark.parametrize("every", [1, 2, 100])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_it_is_adam_in_the_eigenbasis_of_shampoo(every: int, weight_decay: float) -> None:
    theta, beta1, beta2, lr = START.copy(), 0.9, 0.95, 0.1
    first = GRADIENTS[0]
    left, right = (1 - beta2) * first @ first.T, (1 - beta2) * first.T @ first
    # The bases are read from the statistics of the first gradient, which itself moves nothing.
    q_left, q_right = (np.linalg.eigh(mean + 1e-30 * np.eye(len(mean)))[1][:, ::-1] for mean in (left, right))
    m, v = np.zeros((4, 3)), np.zeros((4, 3))
    for t, gradient in enumerate(GRADIENTS[1:], start=1):
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * (q_left.T @ gradient @ q_right) ** 2
        scale = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        theta -= scale * q_left @ ((q_left.T @ m @ q_right) / (np.sqrt(v) + 1e-8)) @ q_right.T
        theta *= 1 - lr * weight_decay
        left = beta2 * left + (1 - beta2) * gradient @ gradient.T
        right = beta2 * right + (1 - beta2) * gradient.T @ gradient
        if t % every == 0:
            q_left, rows = refreshed(left, q_left)
            q_right, columns = refreshed(right, q_right)
            v = v[rows][:, columns]
    # the bases are kept to float32
    np.testing.assert_allclose(moved(START, GRADIENTS, precondition_every=every, weight_decay=weight_decay), theta,
                               rtol=0, atol=1e-4)  # fmt: skip


@pytest.mark.parametrize(("shape", "max_size"), [((5,), 100), ((4, 3), 2)])
def test_vectors_and_long_axes_get_plain_adam(shape: tuple[int, ...], max_size: int) -> None:
    gradients = np.random.default_rng(2).normal(size=(4, *shape))
    theta, m, v = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for t, gradient in enumerate(gradients[1:], start=1):
        m, v = 0.9 * m + 0.1 * gradient, 0.95 * v + 0.05 * gradient**2
        theta -= 0.1 * np.sqrt(1 - 0.95**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8)
    np.testing.assert_allclose(moved(np.zeros(shape), gradients, max_size=max_size), theta, rtol=0, atol=1e-12)
