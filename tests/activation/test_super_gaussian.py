from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.super_gaussian import SuperGaussian

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def super_gaussian(a: float, b: float) -> SuperGaussian:
    return SuperGaussian(SuperGaussian.Spec(name="super_gaussian", a=a, b=b), False)


@pytest.mark.parametrize(("a", "b"), [(0.5, 2.0), (1.0, 1.0), (2.0, 0.5)])
def test_it_is_the_formula(jet: Callable, a: float, b: float) -> None:
    z = Z.numpy()
    expected = np.exp(-(z**2) / (2 * a**2)) ** b
    found = jet(super_gaussian(a, b), Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-14)
    np.testing.assert_allclose(found.slope, -b * z / a**2 * expected, atol=1e-12)


def test_only_the_ratio_of_its_numbers_counts() -> None:
    torch.testing.assert_close(super_gaussian(0.5, 4.0)(Z), super_gaussian(0.25, 1.0)(Z), rtol=0, atol=1e-15)


def test_far_out_value_and_slope_are_nothing(jet: Callable) -> None:
    found = jet(super_gaussian(0.1, 0.5), torch.tensor([1e4, -1e4, 1e30]))
    assert found.value.tolist() == [0, 0, 0]
    assert found.slope.abs().tolist() == [0, 0, 0]


def test_it_is_one_at_zero() -> None:
    assert super_gaussian(0.1, 2.0)(torch.zeros(())).item() == pytest.approx(1)
