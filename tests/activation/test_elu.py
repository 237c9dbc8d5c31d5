from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.elu import Elu

Z = torch.linspace(-6, 6, 241, dtype=torch.float64)
PART = Elu(Elu.Spec(name="elu"), False)


def test_it_is_linear_above_and_exponential_below(jet: Callable) -> None:
    z = Z.numpy()
    found = jet(PART, Z)
    np.testing.assert_allclose(found.value, np.where(z > 0, z, np.exp(z) - 1), atol=1e-14)
    np.testing.assert_allclose(found.slope, np.where(z > 0, 1, np.exp(z)), atol=1e-14)


def test_its_slope_is_continuous_at_zero(jet: Callable) -> None:
    around = torch.tensor([-1e-9, 0.0, 1e-9], dtype=torch.float64)
    torch.testing.assert_close(jet(PART, around).slope, torch.ones(3, dtype=torch.float64), rtol=0, atol=1e-8)


@pytest.mark.parametrize(("far", "limit"), [(1e4, 1e4), (-1e4, -1.0)])
def test_far_out(far: float, limit: float) -> None:
    assert PART(torch.tensor(far)).item() == limit
