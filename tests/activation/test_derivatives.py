"""Held by every activation: the derivatives it claims are those of its values, wherever it is smooth."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor

from inr_cli.activation import Activation, activations
from inr_cli.calculus.operators import gradient, hessian_diagonal
from inr_cli.config.paths import conf_folder

STEP = 1e-5


def default(name: str, **changes: Any) -> Activation:
    table = yaml.safe_load((conf_folder() / "activation" / f"{name}.yaml").read_text(encoding="utf-8"))
    table.pop("defaults", None)
    changes = {key: value for key, value in changes.items() if key in table}
    return activations.make(activations.spec({**table, **changes}), False).double()


def slope(part: Activation, z: Tensor, create_graph: bool = False) -> Tensor:
    value = part(z)
    if value.is_complex():
        value = value.real + 2 * value.imag  # one real number of both
    return torch.autograd.grad(value.sum(), z, create_graph=create_graph)[0]


def points(dtype: torch.dtype = torch.float64) -> Tensor:
    """Some near 0, some far, none on a kink."""
    generator = torch.Generator().manual_seed(0)
    near = torch.randn(40, dtype=dtype, generator=generator) / 10
    return torch.cat([near, torch.randn(40, dtype=dtype, generator=generator)]).requires_grad_()


def close(found: Tensor, expected: Tensor) -> None:
    # a central difference is off by STEP^2 / 6 times the third derivative, some omega^3, and by rounding over STEP
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4 * expected.abs().max().item())


@pytest.mark.parametrize("name", activations.names())
def test_the_slope_is_that_of_the_values(name: str) -> None:
    part = default(name, detach_scale=False)
    assert part.derivatives >= 1
    z = points()

    def value(at: Tensor) -> Tensor:
        found = part(at.detach())
        return found.real + 2 * found.imag if found.is_complex() else found

    close(slope(part, z), (value(z + STEP) - value(z - STEP)) / (2 * STEP))


@pytest.mark.parametrize("name", [name for name in activations.names() if activations.find(name).derivatives == 2])
def test_the_second_derivative_is_that_of_the_slope(name: str) -> None:
    part = default(name, detach_scale=False)
    z = points()
    (bend,) = torch.autograd.grad(slope(part, z, create_graph=True).sum(), z)
    shifted = [(z + shift).detach().requires_grad_() for shift in (STEP, -STEP)]
    close(bend, (slope(part, shifted[0]) - slope(part, shifted[1])) / (2 * STEP))


@pytest.mark.parametrize("name", activations.names())
@pytest.mark.parametrize("place", [0.0, 1e-30, -1e-12, 50.0, -50.0, 1e4, -1e4])
def test_values_and_claimed_derivatives_are_finite_anywhere(name: str, place: float) -> None:
    part = default(name, detach_scale=False).float()
    z = torch.full((4,), place, requires_grad=True)
    assert part(z).isfinite().all()
    first = slope(part, z, create_graph=True)
    assert first.isfinite().all()
    if part.derivatives >= 2 and first.requires_grad:
        assert torch.autograd.grad(first.sum(), z)[0].isfinite().all()


@pytest.mark.parametrize("name", [name for name in activations.names() if hasattr(default(name), "detach_scale")])
@pytest.mark.parametrize("operator", [gradient, hessian_diagonal])
def test_calculus_has_the_true_derivatives_of_a_form_that_detaches_a_factor(name: str, operator: Callable) -> None:
    def field(detach_scale: bool) -> Callable[[Tensor], Tensor]:
        part = default(name, detach_scale=detach_scale)
        return lambda z: torch.view_as_real(part(z) + 0j).flatten(start_dim=-2)

    z = points().detach()[:, None]
    torch.testing.assert_close(operator(field(True), z), operator(field(False), z))


@pytest.mark.parametrize("name", activations.names())
def test_numbers_are_buffers_and_nothing_is_learned(name: str) -> None:
    part = default(name)
    assert not list(part.parameters())
    assert all(buffer.ndim == 0 for buffer in part.buffers())
