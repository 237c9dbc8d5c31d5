import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.gelu import Gelu

Z = torch.linspace(-6, 6, 241, dtype=torch.float64)
PART = Gelu(Gelu.Spec(name="gelu"), False)


def test_it_is_z_times_the_normal_distribution(jet: Callable) -> None:
    z = Z.numpy()
    phi = np.array([(1 + math.erf(one / math.sqrt(2))) / 2 for one in z])
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    found = jet(PART, Z)
    # 1e-14 also tells it from its tanh approximation, which is off by 5e-4
    np.testing.assert_allclose(found.value, z * phi, atol=1e-14)
    np.testing.assert_allclose(found.slope, phi + z * density, atol=1e-13)
    np.testing.assert_allclose(found.bend, (2 - z**2) * density, atol=1e-13)


@pytest.mark.parametrize(("far", "limit"), [(1e4, 1e4), (-1e4, 0.0)])
def test_far_out_it_is_the_rectifier(far: float, limit: float) -> None:
    assert PART(torch.tensor(far)).item() == limit
