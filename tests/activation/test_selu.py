from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.selu import Selu

Z = torch.linspace(-6, 6, 241, dtype=torch.float64)
PART = Selu(Selu.Spec(name="selu"), False)


def test_it_is_a_scaled_elu(jet: Callable) -> None:
    z, scale, alpha = Z.numpy(), 1.0507009873554805, 1.6732632423543772
    found = jet(PART, Z)
    np.testing.assert_allclose(found.value, scale * np.where(z > 0, z, alpha * (np.exp(z) - 1)), atol=1e-14)
    np.testing.assert_allclose(found.slope, scale * np.where(z > 0, 1, alpha * np.exp(z)), atol=1e-14)


def test_a_normal_variable_keeps_its_mean_and_variance() -> None:
    values = PART(torch.randn(1_000_000, generator=torch.Generator().manual_seed(0)))
    # a million draws: the mean strays by 1e-3, the variance by twice that
    assert values.mean().item() == pytest.approx(0, abs=0.004)
    assert values.var().item() == pytest.approx(1, abs=0.008)


def test_its_slope_jumps_at_zero_as_the_docstring_says(jet: Callable) -> None:
    below, above = jet(PART, torch.tensor([-1e-9, 1e-9])).slope.tolist()
    assert below == pytest.approx(1.758, abs=1e-3)
    assert above == pytest.approx(1.051, abs=1e-3)
