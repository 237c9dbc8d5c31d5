import math

import pytest

from inr_cli.init.xavier_uniform import XavierUniform

INIT = XavierUniform(XavierUniform.Spec(name="xavier_uniform"))
OMEGA, N, M = 30.0, 256, 4000
XAVIER = math.sqrt(6 / (N + M))


@pytest.mark.parametrize(
    ("role", "bound"),
    [("first", XAVIER), ("hidden", XAVIER), ("last", XAVIER)],
)
def test_weights_fill_their_range_evenly(fills, role: str, bound: float) -> None:
    assert fills(INIT, role, bound)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(draw, role: str) -> None:
    assert (draw(INIT, role).bias == 0).all()
