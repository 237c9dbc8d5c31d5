import math

import pytest
import torch
from torch import nn

from inr_cli.activation.relu import Relu
from inr_cli.init.torch import Torch

INIT = Torch(Torch.Spec(name="torch"))


def drawn(n: int, out: int = 2000, role: str = "hidden") -> nn.Linear:
    layer = nn.Linear(n, out)
    INIT(layer, role, Relu(Relu.Spec(name="relu"), False), torch.Generator().manual_seed(0))
    return layer.requires_grad_(False)


@pytest.mark.parametrize("n", [2, 30, 256])
@pytest.mark.parametrize("kind", ["weight", "bias"])
def test_it_is_distributed_as_a_fresh_linear_layer(n: int, kind: str) -> None:
    torch.manual_seed(3)
    ours, theirs = (getattr(layer, kind).detach() for layer in (drawn(n), nn.Linear(n, 2000)))
    bound = 1 / math.sqrt(n)
    for values in (ours, theirs):
        # the largest of 2000 uniform numbers is below 0.99 of the bound once in 1e9 draws
        assert 0.99 * bound < values.abs().max().item() <= bound * (1 + 1e-6)
    assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.06)


def test_it_is_uniform() -> None:
    weight = drawn(256).weight.double()
    kurtosis = (weight**4).mean() / (weight**2).mean() ** 2
    # 9/5 for a uniform, 3 for a normal; half a million numbers know it to 0.003
    assert kurtosis.item() == pytest.approx(1.8, abs=0.02)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_every_layer_is_treated_alike(role: str) -> None:
    assert torch.equal(drawn(16, role=role).weight, drawn(16).weight)
