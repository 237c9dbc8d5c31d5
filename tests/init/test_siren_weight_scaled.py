import math

import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.init.siren_weight_scaled import SirenWeightScaled

INIT = SirenWeightScaled(SirenWeightScaled.Spec(name="siren_weight_scaled", factor=2.5))
OMEGA, N, M = 30.0, 256, 4000
SIREN = math.sqrt(6 / N) / OMEGA


def drawn(role: str) -> nn.Linear:
    layer = nn.Linear(N, M)
    spec = Sine.Spec(name="sine", first_omega_0=OMEGA, hidden_omega_0=OMEGA)
    INIT(layer, role, Sine(spec, role == "first"), torch.Generator().manual_seed(0))
    return layer


@pytest.mark.parametrize(
    ("role", "bound"),
    [("first", 2.5 / N), ("hidden", 2.5 * SIREN), ("last", SIREN)],
)
def test_weights_fill_their_range_evenly(role: str, bound: float) -> None:
    weight = drawn(role).weight.detach()
    # of a million uniform numbers the largest is within 1e-4 of the bound
    assert bound * 0.9999 < weight.abs().max().item() <= bound * (1 + 1e-6)
    assert weight.var().item() == pytest.approx(bound**2 / 3, rel=0.01)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_those_of_pytorch(role: str) -> None:
    assert 0.99 / math.sqrt(N) < drawn(role).bias.detach().abs().max().item() <= 1 / math.sqrt(N) * (1 + 1e-6)
