from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.silu import Silu

Z = torch.linspace(-6, 6, 241, dtype=torch.float64)
PART = Silu(Silu.Spec(name="silu"), False)


def test_it_is_z_times_the_sigmoid(jet: Callable) -> None:
    z = Z.numpy()
    sigmoid = 1 / (1 + np.exp(-z))
    found = jet(PART, Z)
    np.testing.assert_allclose(found.value, z * sigmoid, atol=1e-14)
    np.testing.assert_allclose(found.slope, sigmoid * (1 + z * (1 - sigmoid)), atol=1e-13)


def test_its_dip_is_where_the_docstring_says() -> None:
    values = PART(z := torch.linspace(-3, 0, 30_001))
    assert values.min().item() == pytest.approx(-0.278, abs=5e-4)
    assert z[values.argmin()].item() == pytest.approx(-1.278, abs=5e-3)


@pytest.mark.parametrize(("far", "limit"), [(1e4, 1e4), (-1e4, 0.0)])
def test_far_out_it_is_the_rectifier(far: float, limit: float) -> None:
    assert PART(torch.tensor(far)).item() == limit
