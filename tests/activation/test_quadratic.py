from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.quadratic import Quadratic

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def quadratic(a: float) -> Quadratic:
    return Quadratic(Quadratic.Spec(name="quadratic", a=a), False)


@pytest.mark.parametrize("a", [1.0, 10.0, 30.0])
def test_it_is_the_formula(jet: Callable, a: float) -> None:
    z = Z.numpy()
    expected = 1 / (1 + (a * z) ** 2)
    found = jet(quadratic(a), Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-14)
    np.testing.assert_allclose(found.slope, -2 * a**2 * z * expected**2, atol=1e-11)


def test_half_its_height_is_at_one_over_a() -> None:
    assert quadratic(4.0)(torch.tensor([0.0, 0.25, -0.25])).tolist() == [1, 0.5, 0.5]


def test_its_tail_is_an_inverse_square() -> None:
    assert quadratic(2.0)(torch.tensor(1e4)).item() == pytest.approx(1 / (2e4) ** 2, rel=1e-6)
    assert quadratic(2.0)(torch.tensor(-1e30)).item() == 0
