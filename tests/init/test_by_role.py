import math

import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.config.compose import compose
from inr_cli.config.words import prepare
from inr_cli.engine.check import check
from inr_cli.init import InitSpec, by_role

SIREN = math.sqrt(6 / 100) / 30


def layer_of(role: str, *words: str) -> nn.Linear:
    spec = check(compose(prepare(words))).init
    assert isinstance(spec, InitSpec)
    layer = nn.Linear(100, 3000)
    sine = Sine(Sine.Spec(name="sine", first_omega_0=30.0, hidden_omega_0=30.0), role == "first")
    by_role(spec)(layer, role, sine, torch.Generator().manual_seed(0))
    return layer


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
@pytest.mark.parametrize("other", ["first", "hidden", "last"])
def test_a_role_can_have_a_scheme_and_numbers_of_its_own(role: str, other: str) -> None:
    weight = layer_of(role, f"init.{other}=normal", f"init.{other}.std=7").weight
    assert (weight.std().item() > 6) == (role == other)


@pytest.mark.parametrize(
    ("bias", "low", "high"),
    [
        ("torch", -0.1, 0.1),
        ("zero", 0.0, 0.0),
        ("uniform", 0.0, 1.0),
        ("siren", -math.sqrt(6) / 300, math.sqrt(6) / 300),
    ],
)
def test_biases_can_be_drawn_from_another_range(bias: str, low: float, high: float) -> None:
    values = layer_of("hidden", "activation=sine", f"init.bias={bias}").bias
    # of 3000 numbers the outermost are within a hundredth of the range's ends
    assert values.min().item() == pytest.approx(low, abs=0.01 * (high - low))
    assert values.max().item() == pytest.approx(high, abs=0.01 * (high - low))


def test_an_activation_keeps_its_init_where_a_role_differs() -> None:
    config = check(compose(prepare(["activation=sine", "init.first=xavier_uniform"])))
    assert (config.init.name, config.init.first.name) == ("siren", "xavier_uniform")
