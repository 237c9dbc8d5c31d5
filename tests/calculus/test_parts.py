"""Held by every activation and every encoding: the derivatives of a field made with it are those of its values."""

from typing import Any

import pytest
import torch
import yaml
from torch import Tensor, nn

from inr_cli.activation import Activation, activations
from inr_cli.calculus.operators import PointFunction, gradient, hessian_diagonal
from inr_cli.config.paths import conf_folder
from inr_cli.encoding import Encoding, encodings
from inr_cli.network.mlp import Mlp

SHAPE = (8, 6)
STEP = 1e-5


def table(group: str, name: str) -> dict[str, Any]:
    numbers = yaml.safe_load((conf_folder() / group / f"{name}.yaml").read_text(encoding="utf-8"))
    numbers.pop("defaults", None)
    return numbers.get(group, numbers)


def field_with(name: str, channels: int) -> nn.Module:
    """An mlp with weights of a size at which every activation is smooth over a `STEP`."""

    def behind(first: bool) -> Activation:
        return activations.make(activations.spec(table("activation", name)), first)

    spec = Mlp.Spec.model_validate({**table("network", "mlp"), "hidden_features": 6, "hidden_layers": 1})
    field = Mlp(spec, 2, channels, behind).double()
    generator = torch.Generator().manual_seed(0)
    for parameter in field.parameters():
        nn.init.uniform_(parameter, -0.1, 0.1, generator=generator)
    return field


def encoding(name: str) -> Encoding:
    generator = torch.Generator().manual_seed(0)
    return encodings.make(encodings.spec(table("encoding", name)), SHAPE, generator).double()


def points() -> Tensor:
    return torch.rand(12, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 1.9 - 0.95


def shifted(function: PointFunction, axis: int) -> Tensor:
    """The central difference of a function along one axis."""
    step = STEP * torch.eye(2, dtype=torch.float64)[axis]
    ahead, behind = function(points() + step), function(points() - step)
    return ((ahead - behind) / (2 * STEP)).detach()


def holds(field: PointFunction, derivatives: int) -> None:
    for axis in range(2):
        close(gradient(field, points())[..., axis], shifted(field, axis))
        if derivatives == 2:
            slope = shifted(lambda at, a=axis: gradient(field, at)[..., a], axis)
            close(hessian_diagonal(field, points())[..., axis], slope)


def close(found: Tensor, expected: Tensor) -> None:
    # a central difference is off by STEP^2 / 6 times the third derivative and by rounding over STEP
    torch.testing.assert_close(found.detach(), expected, rtol=1e-4, atol=1e-5 * expected.abs().max().item() + 1e-9)


@pytest.mark.parametrize("name", activations.names())
@pytest.mark.parametrize("channels", [1, 3])
def test_an_activation_is_differentiated_as_it_is(name: str, channels: int) -> None:
    field = field_with(name, channels)
    holds(field, field.activations[0].derivatives)


@pytest.mark.parametrize("name", activations.names())
@pytest.mark.parametrize("channels", [1, 3])
def test_an_activation_can_be_trained_on_the_derivatives_it_claims(name: str, channels: int) -> None:
    field = field_with(name, channels)
    for operator in (gradient, hessian_diagonal)[: field.activations[0].derivatives]:
        field.zero_grad()
        operator(field, points()).square().mean().backward()
        assert all(p.grad is None or p.grad.isfinite().all() for p in field.parameters())
        assert field.layers[0].weight.grad.any()


@pytest.mark.parametrize("name", encodings.names())
@pytest.mark.parametrize("channels", [1, 3])
def test_an_encoding_is_differentiated_as_it_is(name: str, channels: int) -> None:
    part = encoding(name)
    mixed = torch.randn(part.out_features, channels, dtype=torch.float64, generator=torch.Generator().manual_seed(2))

    def field(coords: Tensor) -> Tensor:
        return torch.sin(part(coords) @ mixed / part.out_features)

    holds(field, 2)
