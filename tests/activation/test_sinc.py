from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.sinc import Sinc

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def sinc(omega: float) -> Sinc:
    return Sinc(Sinc.Spec(name="sinc", omega=omega), False)


@pytest.mark.parametrize("omega", [1.0, 3.0, 30.0])
def test_it_is_the_formula(jet: Callable, omega: float) -> None:
    z = Z[Z.abs() > 0.1]
    y = np.pi * omega * z.numpy()
    found = jet(sinc(omega), z)
    np.testing.assert_allclose(found.value, np.sinc(omega * z.numpy()), atol=1e-14)
    np.testing.assert_allclose(found.slope, np.pi * omega * (np.cos(y) / y - np.sin(y) / y**2), atol=1e-11)


def test_at_zero_it_is_its_series(jet: Callable) -> None:
    y = torch.tensor([0.0, 1e-30, 1e-9, -1e-4, 1e-2], dtype=torch.float64)
    found = jet(sinc(1.0), y / torch.pi)
    torch.testing.assert_close(found.value, 1 - y**2 / 6 + y**4 / 120, rtol=0, atol=1e-14)
    torch.testing.assert_close(found.slope / torch.pi, -y / 3 + y**3 / 30, rtol=1e-9, atol=0)
    torch.testing.assert_close(found.bend / torch.pi**2, -1 / 3 + y**2 / 10, rtol=1e-8, atol=0)


def test_series_and_quotient_meet(jet: Callable) -> None:
    around = torch.tensor([0.5 - 1e-12, 0.5 + 1e-12], dtype=torch.float64) / torch.pi
    for numbers in jet(sinc(1.0), around):
        torch.testing.assert_close(numbers[0], numbers[1], rtol=1e-10, atol=0)


def test_float32_slopes_keep_their_digits_near_zero() -> None:
    z = torch.logspace(-6, 0, 200, requires_grad=True)
    (slope,) = torch.autograd.grad(sinc(1.0)(z).sum(), z)
    y = np.pi * z.detach().double().numpy()
    expected = np.pi * np.where(y < 0.01, -y / 3, np.cos(y) / y - np.sin(y) / y**2)
    np.testing.assert_allclose(slope, expected, rtol=3e-5, atol=1e-6)


def test_its_zeros_are_at_multiples_of_one_over_omega() -> None:
    zeros = torch.arange(1, 20, dtype=torch.float64) / 4
    assert sinc(4.0).double()(zeros).abs().max() < 1e-15


@pytest.mark.parametrize("far", [1e4, -1e4, 1e30])
def test_far_out_it_decays(far: float) -> None:
    assert sinc(3.0)(torch.tensor(far)).abs().item() <= 1 / (3 * np.pi * abs(far)) * 1.0001


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-3, 3, 500).bfloat16()
    np.testing.assert_allclose(sinc(30.0)(z), np.sinc(30 * z.double().numpy()), atol=1e-5)
