"""SIREN as the command line builds it, against siren-pytorch (lucidrains) with the same weights, in float64."""

import pytest
import torch
from siren_pytorch import SirenNet, SirenWrapper
from torch import nn

from inr_cli.config.compose import compose
from inr_cli.engine.build import build_field
from inr_cli.engine.check import check
from inr_cli.render.field import Field, Geometry
from inr_cli.render.view import view
from inr_cli.task.fit import Fit

HEIGHT, WIDTH = 7, 12
THEIR_DEFAULT = {"first": 30.0, "hidden": 1.0}
"""siren-pytorch's hidden w0 is 1 unless it is given; the paper's, and ours, is 30."""


def siren(hidden_layers: int, first: float, hidden: float) -> Field:
    words = [
        "encoding=identity",
        "activation=sine",
        "init=siren",
        "network=mlp",
        "grid=corner",
        "network.hidden_features=24",
        f"network.hidden_layers={hidden_layers}",
        f"activation.first_omega_0={first}",
        f"activation.hidden_omega_0={hidden}",
    ]
    config = check(compose(words))
    pixels = torch.zeros(HEIGHT, WIDTH, 3, dtype=torch.float64)
    task = Fit(Fit.Spec(name="fit"), pixels, config.grid, torch.Generator())
    return build_field(config, Geometry(HEIGHT, WIDTH, 3, config.grid), task)


def copied(field: Field, hidden_layers: int, **w0: float) -> SirenNet:
    """Their network with our weights; its `num_layers` counts the first layer too."""
    theirs = SirenNet(dim_in=2, dim_hidden=24, dim_out=3, num_layers=hidden_layers + 1, **w0).double()
    ours = [module for module in field.network.modules() if isinstance(module, nn.Linear)]
    for layer, linear in zip([*theirs.layers, theirs.last_layer], ours, strict=True):
        layer.weight, layer.bias = linear.weight, linear.bias
    return theirs


def network_of(field: Field, coords: torch.Tensor) -> torch.Tensor:
    return field.network(field.encoding(coords))


def points() -> torch.Tensor:
    return torch.rand(200, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("hidden_layers", [0, 1, 3])
@pytest.mark.parametrize(("first", "hidden"), [(30.0, 30.0), (60.0, 7.0)])
def test_with_copied_weights_it_is_siren_pytorchs(hidden_layers: int, first: float, hidden: float) -> None:
    ours = siren(hidden_layers, first, hidden)
    theirs = copied(ours, hidden_layers, w0_initial=first, w0=hidden)
    torch.testing.assert_close(network_of(ours, points()), theirs(points()), rtol=0, atol=1e-10)


def test_siren_pytorchs_default_is_ours_with_a_hidden_omega_0_of_1() -> None:
    theirs = copied(field := siren(2, **THEIR_DEFAULT), 2)
    torch.testing.assert_close(network_of(field, points()), theirs(points()), rtol=0, atol=1e-10)
    papers = network_of(siren(2, 30.0, 30.0), points())
    assert (papers - theirs(points())).abs().max() > 0.1


def test_their_picture_is_ours_on_the_corner_grid() -> None:
    field = siren(2, 30.0, 30.0)
    theirs = SirenWrapper(copied(field, 2, w0=30.0), image_width=WIDTH, image_height=HEIGHT).double()()
    rows, columns = field.lines(view(HEIGHT, WIDTH))
    ours = field(torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1))
    # their grid is float32: 6e-8 of a coordinate, times two frequencies of 30
    torch.testing.assert_close(2 * ours - 1, theirs[0].permute(1, 2, 0), rtol=0, atol=1e-4)


@pytest.mark.parametrize("hidden", [1.0, 30.0])
def test_both_draw_weights_from_the_same_ranges(hidden: float) -> None:
    ours = [layer for layer in siren(1, 30.0, hidden).network.modules() if isinstance(layer, nn.Linear)]
    torch.manual_seed(0)
    net = SirenNet(dim_in=2, dim_hidden=24, dim_out=3, num_layers=2, w0=hidden)
    for layer, theirs in zip(ours, [*net.layers, net.last_layer], strict=True):
        bound = theirs.weight.abs().max().item()
        # the largest of at least 48 uniform numbers is within a fifth of the bound, but for 1 time in 40,000
        assert layer.weight.abs().max().item() == pytest.approx(bound, rel=0.2)
