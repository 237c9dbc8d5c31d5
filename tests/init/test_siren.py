import math

import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.init.siren import Siren
from inr_cli.network.mlp import Mlp

OMEGA = 30.0
INIT = Siren(Siren.Spec(name="siren"))


def sine(first: bool, omega_0: float = OMEGA) -> Sine:
    return Sine(Sine.Spec(name="sine", first_omega_0=omega_0, hidden_omega_0=omega_0), first)


def drawn(role: str, n: int = 256, omega_0: float = OMEGA) -> nn.Linear:
    layer = nn.Linear(n, 2000)
    INIT(layer, role, sine(role == "first", omega_0), torch.Generator().manual_seed(0))
    return layer


@pytest.mark.parametrize(
    ("role", "bound"),
    [("first", 1 / 256), ("hidden", math.sqrt(6 / 256) / OMEGA), ("last", math.sqrt(6 / 256) / OMEGA)],
)
def test_weights_fill_the_range_of_the_authors_code(role: str, bound: float) -> None:
    weight = drawn(role).weight.detach()
    # of half a million uniform numbers the largest is within 1e-4 of the bound
    assert bound * 0.9999 < weight.abs().max().item() <= bound * (1 + 1e-6)
    assert weight.var().item() == pytest.approx(bound**2 / 3, rel=0.01)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_those_of_pytorch(role: str) -> None:
    bias = drawn(role).bias.detach()
    assert 0.99 / 16 < bias.abs().max().item() <= 1 / 16 * (1 + 1e-6)


def test_a_faster_sine_gets_smaller_weights() -> None:
    slow, fast = drawn("hidden", omega_0=10.0).weight, drawn("hidden", omega_0=40.0).weight
    torch.testing.assert_close(slow, 4 * fast)


@pytest.mark.parametrize("width", [64, 256, 512])
def test_what_the_weights_bring_to_a_phase_has_unit_variance_at_any_depth(width: int) -> None:
    spec = Mlp.Spec(name="mlp", hidden_features=width, parameters=None, hidden_layers=8, output="linear")
    network = Mlp(spec, 2, 1, sine)
    network.initialise(INIT, torch.Generator().manual_seed(0))
    phases: list[torch.Tensor] = []
    for activation in network.activations[1:]:
        activation.register_forward_pre_hook(lambda _, inputs: phases.append(OMEGA * inputs[0]))
    with torch.no_grad():
        network(torch.rand(1000, 2, generator=torch.Generator().manual_seed(1)) * 2 - 1)
    assert len(phases) == 8
    for phase, layer in zip(phases, network.layers[1:], strict=True):
        shift = OMEGA * layer.bias.detach()
        weights = phase - shift
        # n weights of variance 2 / (n omega^2) times sin^2, 1/2 on average: 1. A draw of 64 units strays by 20 %.
        assert 0.8 < weights.square().mean().sqrt() < 1.2
        # omega_0 multiplies the bias too, which adds omega^2 / (3 n): 4.7 at 64 units, 0.6 at 512
        assert 0.85 < phase.square().mean().sqrt() / math.sqrt(1 + OMEGA**2 / (3 * width)) < 1.2


@pytest.mark.parametrize("width", [64, 256, 512])
def test_what_the_weights_bring_to_a_phase_is_nearly_normal(width: int) -> None:
    signal = torch.sin(torch.rand(4000, width, generator=torch.Generator().manual_seed(1)) * 6.283)
    phase = OMEGA * signal @ drawn("hidden", n=width).weight.detach().T
    kurtosis = phase.pow(4).mean() / phase.square().mean() ** 2
    # a sum of n products of excess kurtosis 3/2 * 9/5 - 3 = -0.3 is off by 0.3 / n, and a draw by some sqrt(24 / 2000)
    assert kurtosis.item() == pytest.approx(3, abs=0.1)
