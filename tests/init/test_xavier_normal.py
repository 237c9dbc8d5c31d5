import math

import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.init.xavier_normal import XavierNormal

INIT = XavierNormal(XavierNormal.Spec(name="xavier_normal"))
OMEGA, N, M = 30.0, 256, 4000
XAVIER = math.sqrt(2 / (N + M))


def drawn(role: str) -> nn.Linear:
    layer = nn.Linear(N, M)
    spec = Sine.Spec(name="sine", first_omega_0=OMEGA, hidden_omega_0=OMEGA)
    INIT(layer, role, Sine(spec, role == "first"), torch.Generator().manual_seed(0))
    return layer


@pytest.mark.parametrize(
    ("role", "deviation"),
    [("first", XAVIER), ("hidden", XAVIER), ("last", XAVIER)],
)
def test_weights_are_normal_of_the_stated_deviation(role: str, deviation: float) -> None:
    weight = drawn(role).weight.detach() / deviation
    # a million numbers: the deviation is known to 1e-3, the fourth moment, 3 for a normal, to 1e-2
    assert weight.std().item() == pytest.approx(1, rel=5e-3)
    assert (weight**4).mean().item() == pytest.approx(3, rel=0.03)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(role: str) -> None:
    assert (drawn(role).bias == 0).all()
