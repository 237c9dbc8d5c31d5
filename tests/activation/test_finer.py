from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.finer import Finer

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def finer(first: bool, detach_scale: bool) -> Finer:
    spec = Finer.Spec(name="finer", first_omega_0=30.0, hidden_omega_0=20.0, detach_scale=detach_scale)
    return Finer(spec, first)


@pytest.mark.parametrize(("first", "omega_0"), [(True, 30.0), (False, 20.0)])
@pytest.mark.parametrize("detach_scale", [True, False])
def test_it_is_the_formula(first: bool, omega_0: float, detach_scale: bool) -> None:
    z = Z.numpy()
    expected = np.sin(omega_0 * (np.abs(z) + 1) * z)
    np.testing.assert_allclose(finer(first, detach_scale).double()(Z), expected, atol=1e-12)


def test_the_true_slope_counts_the_scale(jet: Callable) -> None:
    z = Z.numpy()
    expected = 30 * (2 * np.abs(z) + 1) * np.cos(30 * (np.abs(z) + 1) * z)
    np.testing.assert_allclose(jet(finer(True, False), Z).slope, expected, atol=1e-10)


def test_the_published_slope_takes_the_scale_for_a_constant(jet: Callable) -> None:
    z = Z.numpy()
    expected = 30 * (np.abs(z) + 1) * np.cos(30 * (np.abs(z) + 1) * z)
    np.testing.assert_allclose(jet(finer(True, True), Z).slope, expected, atol=1e-10)


@pytest.mark.parametrize(("detach_scale", "slope"), [(True, -19.3), (False, -24.9)])
def test_the_example_of_the_docstring(jet: Callable, detach_scale: bool, slope: float) -> None:
    found = jet(finer(True, detach_scale), torch.tensor([0.4], dtype=torch.float64)).slope.item()
    assert found == pytest.approx(slope, abs=0.05)


def test_near_zero_it_is_a_sine() -> None:
    z = torch.linspace(-1e-4, 1e-4, 21, dtype=torch.float64)
    torch.testing.assert_close(finer(True, True).double()(z), torch.sin(30 * z), rtol=0, atol=4e-7)


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-3, 3, 500).bfloat16()
    exact = z.double()
    expected = torch.sin(30 * (exact.abs() + 1) * exact)
    # 360 rad in float32 are good to 3e-5
    torch.testing.assert_close(finer(True, True)(z).double(), expected, rtol=0, atol=1e-4)
