from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.gaussian import Gaussian

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def gaussian(scale: float) -> Gaussian:
    return Gaussian(Gaussian.Spec(name="gaussian", scale=scale), False)


@pytest.mark.parametrize("scale", [1.0, 10.0, 30.0])
def test_it_is_the_formula(jet: Callable, scale: float) -> None:
    z = Z.numpy()
    expected = np.exp(-((scale * z) ** 2))
    found = jet(gaussian(scale), Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-14)
    np.testing.assert_allclose(found.slope, -2 * scale**2 * z * expected, atol=1e-11)
    np.testing.assert_allclose(found.bend, (4 * scale**4 * z**2 - 2 * scale**2) * expected, atol=1e-9)


def test_it_is_the_papers_with_another_name_for_the_width() -> None:
    a = 0.05
    np.testing.assert_allclose(
        gaussian(1 / (a * 2**0.5)).double()(Z), np.exp(-(Z.numpy() ** 2) / (2 * a**2)), atol=1e-7
    )


def test_it_is_one_at_zero_and_nothing_far_out() -> None:
    assert gaussian(30.0)(torch.tensor([0.0, 1e4, -1e4, 1e30])).tolist() == [1, 0, 0, 0]


def test_a_bf16_number_is_squared_in_full() -> None:
    z = torch.linspace(-0.2, 0.2, 500).bfloat16()
    torch.testing.assert_close(gaussian(10.0)(z).double(), torch.exp(-100 * z.double() ** 2), rtol=0, atol=1e-6)
