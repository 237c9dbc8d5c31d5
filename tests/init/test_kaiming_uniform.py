import math

import pytest
import torch
from torch import nn

from inr_cli.activation.relu import Relu
from inr_cli.init.kaiming_uniform import KaimingUniform

INIT = KaimingUniform(KaimingUniform.Spec(name="kaiming_uniform"))


def drawn(role: str, n: int, out: int, seed: int = 0) -> nn.Linear:
    layer = nn.Linear(n, out)
    INIT(layer, role, Relu(Relu.Spec(name="relu"), False), torch.Generator().manual_seed(seed))
    return layer.requires_grad_(False)


@pytest.mark.parametrize(("role", "square"), [("first", 6 / 256), ("hidden", 6 / 256), ("last", 3 / 256)])
def test_weights_fill_the_range_of_the_paper(role: str, square: float) -> None:
    layer = drawn(role, 256, 2000)
    bound = math.sqrt(square)
    assert bound * 0.9999 < layer.weight.abs().max().item() <= bound * (1 + 1e-6)
    assert layer.weight.var().item() == pytest.approx(bound**2 / 3, rel=0.01)
    assert not layer.bias.any()


def test_it_is_what_pytorch_draws_from_the_same_generator() -> None:
    layer = drawn("hidden", 40, 30)
    expected = torch.empty(30, 40)
    nn.init.kaiming_uniform_(expected, nonlinearity="relu", generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(layer.weight, expected)


@pytest.mark.parametrize("width", [64, 256, 512])
def test_rectifiers_pass_the_second_moment_on_at_any_depth(width: int) -> None:
    values = torch.randn(2000, width, generator=torch.Generator().manual_seed(9))
    for depth in range(8):
        values = drawn("hidden", width, width, seed=depth)(values).relu()
        # each layer multiplies by 1 +- sqrt(5 / width) or so, a random walk: 8 layers of 64 come to a factor 1.7
        assert 1 / 3 < (values**2).mean().item() < 3


@pytest.mark.parametrize("width", [64, 256, 512])
def test_on_average_over_draws_a_layer_keeps_the_second_moment(width: int) -> None:
    values = torch.randn(500, width, generator=torch.Generator().manual_seed(9)).relu() * math.sqrt(2)
    moments = [(drawn("hidden", width, width, seed=seed)(values).relu() ** 2).mean().item() for seed in range(20)]
    assert sum(moments) / 20 == pytest.approx((values**2).mean().item(), rel=0.05)


def test_the_last_layer_keeps_the_variance_without_a_rectifier() -> None:
    values = torch.randn(2000, 256, generator=torch.Generator().manual_seed(9))
    assert drawn("last", 256, 500)(values).var().item() == pytest.approx(1, rel=0.05)
