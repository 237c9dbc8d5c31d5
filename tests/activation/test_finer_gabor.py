import numpy as np
import pytest
import torch

from inr_cli.activation.finer_gabor import FinerGabor

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def plane(extent: float = 0.3) -> torch.Tensor:
    """Points of the complex plane, in float64."""
    axis = torch.linspace(-extent, extent, 25, dtype=torch.float64)
    return torch.complex(*torch.meshgrid(axis, axis, indexing="ij")).flatten()


def finer_gabor(detach_scale: bool = True) -> FinerGabor:
    spec = FinerGabor.Spec(name="finer_gabor", finer_omega=5.0, omega=4.0, sigma=2.0, detach_scale=detach_scale)
    return FinerGabor(spec, False)


def formula(z: np.ndarray) -> np.ndarray:
    stretched = (np.abs(z.real) + 1) * z.real + 1j * (np.abs(z.imag) + 1) * z.imag
    sine = np.sin(5 * stretched)
    return np.exp(4j * sine - np.abs(2 * sine) ** 2)


@pytest.mark.parametrize("detach_scale", [True, False])
def test_it_is_the_formula_on_complex_numbers(detach_scale: bool) -> None:
    found = finer_gabor(detach_scale).double()(plane())
    np.testing.assert_allclose(found, formula(plane().numpy()), rtol=1e-10, atol=1e-14)


def test_it_is_the_formula_on_real_numbers() -> None:
    np.testing.assert_allclose(finer_gabor().double()(Z), formula(Z.numpy()), atol=1e-12)


def test_an_init_divides_by_its_frequency_at_zero() -> None:
    z = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(finer_gabor().double()(z).imag, z)
    assert finer_gabor().omega_0.item() == slope.item() == 20


@pytest.mark.parametrize("size", [0.0, 1e-30, 1.0, 5.0, 50.0, 1e4, 1e8])
@pytest.mark.parametrize("detach_scale", [True, False])
def test_it_is_finite_with_its_gradient_anywhere(size: float, detach_scale: bool) -> None:
    angles = torch.arange(8) * (torch.pi / 4)
    z = torch.polar(torch.full((8,), size), angles).requires_grad_()
    values = finer_gabor(detach_scale)(z)
    (slope,) = torch.autograd.grad((values.real + values.imag).sum(), z)
    assert values.isfinite().all()
    assert slope.isfinite().all()


def test_its_true_derivatives_are_those_of_the_formula() -> None:
    part = finer_gabor(detach_scale=False).double()

    def value(numbers: torch.Tensor) -> torch.Tensor:
        found = part(torch.view_as_complex(numbers))
        return found.real + 2 * found.imag

    numbers = torch.randn(10, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) / 10
    assert torch.autograd.gradcheck(value, numbers.requires_grad_())
    assert torch.autograd.gradgradcheck(value, numbers, atol=1e-4)


def test_the_published_slope_takes_the_scale_for_a_constant() -> None:
    slopes = []
    for detach_scale in (True, False):
        z = torch.tensor([0.4], dtype=torch.float64, requires_grad=True)
        slopes.append(torch.autograd.grad(finer_gabor(detach_scale).double()(z).real, z)[0].item())
    # |z| + 1 = 1.4 of the true 2 |z| + 1 = 1.8
    assert slopes[0] / slopes[1] == pytest.approx(1.4 / 1.8)


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-1, 1, 500).bfloat16()
    found = finer_gabor()(z).to(torch.complex128)
    np.testing.assert_allclose(found, formula(z.double().numpy()), atol=2e-5)
