import numpy as np
import pytest
import torch

from inr_cli.activation.gabor import Gabor

Z = torch.linspace(-3, 3, 241, dtype=torch.float64)


def plane(extent: float = 0.3) -> torch.Tensor:
    """Points of the complex plane, in float64."""
    axis = torch.linspace(-extent, extent, 25, dtype=torch.float64)
    return torch.complex(*torch.meshgrid(axis, axis, indexing="ij")).flatten()


def gabor(omega: float = 20.0, sigma: float = 10.0, form: str = "complex") -> Gabor:
    return Gabor(Gabor.Spec(name="gabor", omega=omega, sigma=sigma, form=form), False)


@pytest.mark.parametrize(("omega", "sigma"), [(20.0, 10.0), (5.0, 5.0), (10.0, 40.0), (20.0, 4.0)])
def test_it_is_the_formula_on_complex_numbers(omega: float, sigma: float) -> None:
    z = plane().numpy()
    expected = np.exp(1j * omega * z - np.abs(sigma * z) ** 2)
    np.testing.assert_allclose(gabor(omega, sigma).double()(plane()), expected, rtol=1e-12, atol=1e-14)


def test_it_is_the_formula_on_real_numbers() -> None:
    z = Z.numpy()
    values = gabor().double()(Z)
    assert values.dtype == torch.complex128
    np.testing.assert_allclose(values, np.exp(20j * z - (10 * z) ** 2), atol=1e-14)


def test_the_real_form_takes_two_numbers_for_each_feature() -> None:
    part = gabor(form="real").double()
    assert not part.is_complex
    assert part.inputs == 2
    along, across = torch.randn(2, 50, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) / 5
    values = part(torch.cat([along, across], dim=-1))
    expected = np.cos(20 * along.numpy()) * np.exp(-((10 * across.numpy()) ** 2))
    assert values.shape == (50, 7)
    np.testing.assert_allclose(values, expected, atol=1e-14)


def test_the_complex_form_takes_one() -> None:
    assert gabor().is_complex
    assert gabor().inputs == 1


@pytest.mark.parametrize(("omega", "sigma"), [(20.0, 10.0), (5.0, 5.0), (20.0, 2.0)])
def test_its_modulus_peaks_where_the_docstring_says(omega: float, sigma: float) -> None:
    v = torch.linspace(-4, 0, 40_001, dtype=torch.float64)
    modulus = gabor(omega, sigma).double()(torch.complex(torch.zeros_like(v), v)).abs()
    assert modulus.max().log().item() == pytest.approx((omega / (2 * sigma)) ** 2, rel=1e-6)
    assert v[modulus.argmax()].item() == pytest.approx(-omega / (2 * sigma**2), abs=1e-3)


@pytest.mark.parametrize(("omega", "sigma"), [(20.0, 10.0), (1.0, 10.0), (100.0, 1.0), (1e4, 1e-3)])
@pytest.mark.parametrize("size", [0.0, 1e-30, 1.0, 5.0, 50.0, 1e4, 1e12])
def test_it_is_finite_with_its_gradient_anywhere(omega: float, sigma: float, size: float) -> None:
    angles = torch.arange(8) * (torch.pi / 4)
    z = torch.polar(torch.full((8,), size), angles).requires_grad_()
    values = gabor(omega, sigma)(z)
    (slope,) = torch.autograd.grad((values.real + values.imag).sum(), z)
    assert values.isfinite().all()
    assert slope.isfinite().all()


def test_two_factors_would_not_be() -> None:
    z = torch.tensor([-6j], dtype=torch.complex64)
    assert torch.exp(20j * z).mul(torch.exp(-(10 * z).abs().square())).isnan().all()
    assert gabor()(z).tolist() == [0]


@pytest.mark.parametrize("form", ["complex", "real"])
def test_its_derivatives_are_those_of_the_formula(form: str) -> None:
    part = gabor(form=form).double()

    def value(numbers: torch.Tensor) -> torch.Tensor:  # (points, 2): real and imaginary part, or z1 and z2
        found = part(torch.view_as_complex(numbers) if part.is_complex else numbers)
        return found.real + 2 * found.imag if part.is_complex else found.sum(-1)

    numbers = torch.randn(10, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) / 10
    assert torch.autograd.gradcheck(value, numbers.requires_grad_())
    assert torch.autograd.gradgradcheck(value, numbers, atol=1e-4)


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-0.3, 0.3, 500).bfloat16()
    exact = z.double()
    expected = torch.exp(20j * exact - (10 * exact) ** 2)
    torch.testing.assert_close(gabor()(z).to(torch.complex128), expected, rtol=0, atol=1e-5)


def test_its_numbers_are_buffers() -> None:
    assert list(gabor().state_dict()) == ["omega", "sigma"]
