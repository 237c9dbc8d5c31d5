from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from inr_cli.activation import Activation


class Jet(NamedTuple):
    """Value, slope and bend at each point, as autograd has them, in float64."""

    value: Tensor
    slope: Tensor
    bend: Tensor


@pytest.fixture
def jet() -> Callable[[Activation, Tensor], Jet]:
    def taken(part: Activation, z: Tensor) -> Jet:
        z = z.detach().double().clone().requires_grad_()
        value = part.double()(z)
        (slope,) = torch.autograd.grad(value.sum(), z, create_graph=True)
        bend = torch.autograd.grad(slope.sum(), z)[0] if slope.requires_grad else torch.zeros_like(z)
        return Jet(value.detach(), slope.detach(), bend)

    return taken
