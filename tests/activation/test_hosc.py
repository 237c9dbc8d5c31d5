from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.hosc import Hosc

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def hosc(first: bool, beta: float = 4.0) -> Hosc:
    return Hosc(Hosc.Spec(name="hosc", first_omega_0=30.0, hidden_omega_0=20.0, beta=beta), first)


@pytest.mark.parametrize(("first", "omega_0"), [(True, 30.0), (False, 20.0)])
@pytest.mark.parametrize("beta", [0.5, 10.0])
def test_it_is_the_formula(jet: Callable, first: bool, omega_0: float, beta: float) -> None:
    phase = omega_0 * Z.numpy()
    expected = np.tanh(beta * np.sin(phase))
    found = jet(hosc(first, beta), Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-13)
    np.testing.assert_allclose(found.slope, beta * omega_0 * np.cos(phase) * (1 - expected**2), atol=1e-9)


def test_with_a_small_beta_it_is_a_sine() -> None:
    torch.testing.assert_close(hosc(False, 1e-3).double()(Z) / 1e-3, torch.sin(20 * Z), rtol=0, atol=1e-6)


def test_with_a_large_beta_it_is_a_square_wave() -> None:
    wave = torch.sin(20 * Z)
    away = wave.abs() > 0.01
    torch.testing.assert_close(hosc(False, 1e4).double()(Z)[away], wave.sign()[away])


def test_it_is_steepest_at_zero(jet: Callable) -> None:
    assert jet(hosc(False), torch.zeros(1)).slope.item() == 4 * 20


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-3, 3, 500).bfloat16()
    expected = torch.tanh(4 * torch.sin(30 * z.double()))
    torch.testing.assert_close(hosc(True)(z).double(), expected, rtol=0, atol=4e-5)


def test_both_numbers_are_buffers() -> None:
    assert list(hosc(True).state_dict()) == ["omega_0", "beta"]
