import math

import pytest

from inr_cli.init.finer import Finer

INIT = Finer(Finer.Spec(name="finer", first_bias=5.0))
OMEGA, N, M = 30.0, 256, 4000
SIREN = math.sqrt(6 / N) / OMEGA


@pytest.mark.parametrize(("role", "bound"), [("first", 1 / N), ("hidden", SIREN), ("last", SIREN)])
def test_weights_fill_their_range_evenly(fills, role: str, bound: float) -> None:
    assert fills(INIT, role, bound)


@pytest.mark.parametrize("role", ["hidden", "last"])
def test_biases_are_those_of_pytorch(draw, role: str) -> None:
    assert 0.99 / math.sqrt(N) < draw(INIT, role).bias.detach().abs().max().item() <= 1 / math.sqrt(N) * (1 + 1e-6)


def test_the_first_biases_have_their_own_range(draw) -> None:
    assert 4.99 < draw(INIT, "first").bias.detach().abs().max().item() <= 5
