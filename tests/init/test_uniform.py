import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.init.uniform import Uniform

INIT = Uniform(Uniform.Spec(name="uniform", low=0.0, high=1.0))
OMEGA, N, M = 30.0, 256, 4000


def drawn(role: str) -> nn.Linear:
    layer = nn.Linear(N, M)
    spec = Sine.Spec(name="sine", first_omega_0=OMEGA, hidden_omega_0=OMEGA)
    INIT(layer, role, Sine(spec, role == "first"), torch.Generator().manual_seed(0))
    return layer


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_weights_lie_between_low_and_high(role: str) -> None:
    weight = drawn(role).weight.detach()
    assert 0 <= weight.min().item() < 1e-4
    assert 1 - 1e-4 < weight.max().item() <= 1
    assert weight.mean().item() == pytest.approx(0.5, rel=2e-3)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(role: str) -> None:
    assert (drawn(role).bias == 0).all()
