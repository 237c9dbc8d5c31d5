from typing import Any

import pytest
import torch
from torch import nn

from inr_cli.activation.sine import Sine
from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import prepare
from inr_cli.encoding import lattice as encoding
from inr_cli.engine.build import build_field
from inr_cli.engine.check import check
from inr_cli.init.lattice import Lattice
from inr_cli.render.field import Geometry
from inr_cli.task.fit import Fit


def features(axes: int, limit: int) -> encoding.Lattice:
    spec = encoding.Lattice.Spec(name="lattice", limit=limit, count=None)
    return encoding.Lattice(spec, (16,) * axes, None).double()


def filled(layer: nn.Linear, limit: int, omega_0: float) -> nn.Sequential:
    """The layer as the scheme fills it, before its sine."""
    sine = Sine(Sine.Spec(name="sine", first_omega_0=omega_0, hidden_omega_0=1.0), True).double()
    Lattice(Lattice.Spec(name="lattice", limit=limit))(layer.double(), "first", sine, torch.Generator())
    return nn.Sequential(layer, sine)


@pytest.mark.parametrize("omega_0", [1.0, 30.0])
@pytest.mark.parametrize("axes", [1, 2])
@pytest.mark.parametrize("limit", [0, 1, 8])
def test_the_layer_is_the_encoding(axes: int, limit: int, omega_0: float) -> None:
    expected = features(axes, limit)
    points = torch.rand(100, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    layer = filled(nn.Linear(axes, expected.out_features), limit, omega_0)
    torch.testing.assert_close(layer(points), expected(points), rtol=0, atol=1e-6)


def built(*words: str) -> Any:
    config = check(compose(prepare(["init=lattice", *words])))
    task = Fit(Fit.Spec(name="fit"), torch.zeros(8, 8, 3), "centre", torch.Generator())
    return build_field(config, Geometry(8, 8, 3, "centre"), task)


def test_chosen_by_name_it_brings_what_it_needs() -> None:
    assert built().network.layers[0].weight.shape == (290, 2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["init.limit=3"], "a first layer of 290 units, and 50 features up to .*network.hidden_features=50"),
        (["encoding=gaussian"], "the first layer sees 256 features; choose encoding=identity"),
        (["init.hidden=lattice"], "init.hidden=lattice: is for the first layer only; choose init.first=lattice"),
        (["activation=relu"], "needs an activation with an omega_0"),
    ],
)
def test_what_it_cannot_set_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        built(*words)
