from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.laplacian import Laplacian

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def laplacian(a: float) -> Laplacian:
    return Laplacian(Laplacian.Spec(name="laplacian", a=a), False)


@pytest.mark.parametrize("a", [0.1, 1.0])
def test_it_is_the_formula(jet: Callable, a: float) -> None:
    z, width = Z.numpy(), float(torch.tensor(a))
    expected = np.exp(-np.abs(z) / width)
    found = jet(laplacian(a), Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-14)
    np.testing.assert_allclose(found.slope, -np.sign(z) / width * expected, atol=1e-12)


def test_the_gradient_at_the_kink_is_zero(jet: Callable) -> None:
    assert jet(laplacian(0.1), torch.zeros(1)).slope.item() == 0


def test_it_is_one_at_zero_and_nothing_far_out() -> None:
    assert laplacian(0.1)(torch.tensor([0.0, 1e4, -1e4, 1e38])).tolist() == [1, 0, 0, 0]


def test_it_claims_no_second_derivative() -> None:
    assert laplacian(0.1).derivatives == 1


@pytest.mark.parametrize("z", [0.1, -0.1])
def test_at_a_it_is_one_over_e(z: float) -> None:
    assert laplacian(0.1)(torch.tensor(z)).item() == pytest.approx(np.exp(-1))
