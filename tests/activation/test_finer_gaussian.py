from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.activation.finer_gaussian import FinerGaussian

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def finer_gaussian(detach_scale: bool, scale: float = 10.0) -> FinerGaussian:
    spec = FinerGaussian.Spec(name="finer_gaussian", omega_0=3.0, scale=scale, detach_scale=detach_scale)
    return FinerGaussian(spec, False)


@pytest.mark.parametrize("detach_scale", [True, False])
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_it_is_the_formula(jet: Callable, detach_scale: bool, scale: float) -> None:
    z = Z.numpy()
    stretch = np.abs(z) + 1
    phase = 3 * stretch * z
    expected = np.exp(-((scale * np.sin(phase)) ** 2))
    found = jet(finer_gaussian(detach_scale, scale), Z)
    np.testing.assert_allclose(found.value, expected, atol=1e-12)
    inner = 3 * (stretch if detach_scale else stretch + np.abs(z))
    np.testing.assert_allclose(found.slope, -(scale**2) * np.sin(2 * phase) * inner * expected, atol=1e-9)


def test_it_comes_back_at_every_zero_of_the_sine() -> None:
    k = np.arange(-8, 9)
    zeros = np.sign(k) * (np.sqrt(1 + 4 * np.abs(k) * np.pi / 3) - 1) / 2  # 3 (|z| + 1) z = k pi
    np.testing.assert_allclose(finer_gaussian(True).double()(torch.from_numpy(zeros)), 1, atol=1e-12)


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-3, 3, 500).bfloat16()
    exact = z.double()
    expected = torch.exp(-((10 * torch.sin(3 * (exact.abs() + 1) * exact)) ** 2))
    # 36 rad in float32 are good to 4e-6, and the slope in the phase is 8 at most
    torch.testing.assert_close(finer_gaussian(True)(z).double(), expected, rtol=0, atol=5e-5)


def test_its_numbers_are_buffers() -> None:
    assert list(finer_gaussian(True).state_dict()) == ["omega_0", "scale"]
