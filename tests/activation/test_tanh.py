from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.tanh import Tanh

Z = torch.linspace(-6, 6, 241, dtype=torch.float64)
PART = Tanh(Tanh.Spec(name="tanh"), False)


def test_it_is_the_hyperbolic_tangent(jet: Callable) -> None:
    e = np.exp(2 * Z.numpy())
    expected = (e - 1) / (e + 1)
    found = jet(PART, Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-14)
    np.testing.assert_allclose(found.slope, 1 - expected**2, atol=1e-13)
    np.testing.assert_allclose(found.bend, -2 * expected * (1 - expected**2), atol=1e-13)


@pytest.mark.parametrize(("far", "limit"), [(1e4, 1.0), (-1e4, -1.0)])
def test_it_levels_off_at_one(far: float, limit: float) -> None:
    assert PART(torch.tensor(far)).item() == limit
