from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.sine_damped import SineDamped

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def sine_damped(first: bool) -> SineDamped:
    return SineDamped(SineDamped.Spec(name="sine_damped", first_omega_0=30.0, hidden_omega_0=20.0), first)


@pytest.mark.parametrize(("first", "omega_0"), [(True, 30.0), (False, 20.0)])
def test_it_is_the_formula(jet: Callable, first: bool, omega_0: float) -> None:
    z = Z[Z.abs() > 1e-9]
    y = omega_0 * z.numpy()
    root = np.sqrt(np.abs(y))
    found = jet(sine_damped(first), z)
    np.testing.assert_allclose(found.value, np.sin(y) * root, atol=1e-13)
    slope = omega_0 * (np.cos(y) * root + np.sign(y) * np.sin(y) / (2 * root))
    np.testing.assert_allclose(found.slope, slope, atol=1e-11)


def test_it_is_flat_at_zero(jet: Callable) -> None:
    found = jet(sine_damped(True), torch.zeros(2))
    assert found.value.tolist() == [0, 0]
    # what is left is omega_0 sqrt(the smallest normal number)
    assert found.slope.abs().max() < 1e-150


@pytest.mark.parametrize("z", [1e-38, 1e-39, -1e-40, 1e-20, -1e-12])
def test_next_to_zero_the_gradient_is_next_to_nothing(z: float) -> None:
    at = torch.tensor(z, requires_grad=True)
    (slope,) = torch.autograd.grad(sine_damped(True)(at), at)
    # 3/2 omega_0 sqrt(omega_0 |z|), and below the smallest normal number the root stands still at 1e-19
    assert abs(slope.item()) <= 1.001 * 45 * max((30 * abs(z)) ** 0.5, 1.1e-19)


def test_it_is_odd_and_grows_with_the_root() -> None:
    z = torch.tensor([1.3, 17.0, 1e4])
    part = sine_damped(True)
    assert torch.equal(part(-z), -part(z))
    assert (part(z).abs() <= (30 * z).sqrt()).all()


def test_its_values_have_about_unit_variance_on_normal_phases() -> None:
    phases = torch.randn(100_000, generator=torch.Generator().manual_seed(0))
    assert 0.4 < sine_damped(True)(phases / 30).var() < 1.2


def test_it_claims_no_second_derivative() -> None:
    assert sine_damped(True).derivatives == 1


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-3, 3, 500).bfloat16()
    y = 30 * z.double()
    torch.testing.assert_close(sine_damped(True)(z).double(), torch.sin(y) * y.abs().sqrt(), rtol=0, atol=1e-4)
