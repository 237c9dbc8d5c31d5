from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.softplus import Softplus

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def softplus(beta: float) -> Softplus:
    return Softplus(Softplus.Spec(name="softplus", beta=beta), False)


@pytest.mark.parametrize("beta", [1.0, 5.0, 100.0])
def test_it_is_the_formula(jet: Callable, beta: float) -> None:
    y = beta * Z.numpy()
    sigmoid = np.exp(-np.logaddexp(0, -y))
    found = jet(softplus(beta), Z)
    # past y = 20 PyTorch returns y itself, which is off by e^-20 = 2e-9
    np.testing.assert_allclose(found.value, np.logaddexp(0, y) / beta, atol=3e-9)
    np.testing.assert_allclose(found.slope, sigmoid, atol=3e-9)
    np.testing.assert_allclose(found.bend, beta * sigmoid * (1 - sigmoid), atol=3e-9 * beta)


def test_at_zero_it_is_log_two() -> None:
    assert softplus(1.0)(torch.zeros(())).item() == pytest.approx(np.log(2))


def test_a_sharp_one_is_the_rectifier() -> None:
    torch.testing.assert_close(softplus(1e6).double()(Z), Z.relu(), rtol=0, atol=1e-6)


@pytest.mark.parametrize(("far", "limit"), [(1e4, 1e4), (-1e4, 0.0)])
def test_far_out_it_is_the_rectifier_too(far: float, limit: float) -> None:
    assert softplus(1.0)(torch.tensor(far)).item() == pytest.approx(limit)
