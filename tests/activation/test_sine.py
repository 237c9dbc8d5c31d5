import pytest
import torch

from inr_cli.activation.sine import Sine


def sine(first: bool, first_omega_0: float = 30.0, hidden_omega_0: float = 20.0) -> Sine:
    spec = Sine.Spec(name="sine", first_omega_0=first_omega_0, hidden_omega_0=hidden_omega_0)
    return Sine(spec, first)


@pytest.mark.parametrize(("first", "omega_0"), [(True, 30.0), (False, 20.0)])
def test_the_first_layer_has_a_frequency_of_its_own(first: bool, omega_0: float) -> None:
    z = torch.linspace(-2, 2, 101, dtype=torch.float64)
    torch.testing.assert_close(sine(first).double()(z), torch.sin(omega_0 * z), rtol=0, atol=1e-14)


def test_the_frequency_is_a_buffer_that_a_sweep_can_replace() -> None:
    part = sine(True)
    assert list(part.state_dict()) == ["omega_0"]
    assert not list(part.parameters())
    part.load_state_dict({"omega_0": torch.tensor(5.0)})
    z = torch.linspace(-2, 2, 11)
    assert torch.equal(part(z), torch.sin(5 * z))


def test_its_derivatives_are_those_of_the_formula() -> None:
    z = torch.linspace(-2, 2, 101, dtype=torch.float64, requires_grad=True)
    part = sine(False).double()
    (slope,) = torch.autograd.grad(part(z).sum(), z, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), z)
    torch.testing.assert_close(slope, 20 * torch.cos(20 * z), rtol=0, atol=1e-12)
    torch.testing.assert_close(bend, -400 * torch.sin(20 * z), rtol=0, atol=1e-10)


def test_the_phase_of_a_bf16_number_is_exact() -> None:
    z = torch.linspace(-3, 3, 500).bfloat16()
    expected = torch.sin(30 * z.double())
    # 90 rad in float32 are good to 4e-6; a product in bf16 would be off by 0.2
    torch.testing.assert_close(sine(True)(z).double(), expected, rtol=0, atol=1e-5)


def test_it_is_odd() -> None:
    z = torch.randn(100, generator=torch.Generator().manual_seed(0))
    assert torch.equal(sine(True)(-z), -sine(True)(z))
