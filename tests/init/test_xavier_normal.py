import math

import pytest

from inr_cli.init.xavier_normal import XavierNormal

INIT = XavierNormal(XavierNormal.Spec(name="xavier_normal"))
OMEGA, N, M = 30.0, 256, 4000
XAVIER = math.sqrt(2 / (N + M))


@pytest.mark.parametrize(
    ("role", "deviation"),
    [("first", XAVIER), ("hidden", XAVIER), ("last", XAVIER)],
)
def test_weights_are_normal_of_the_stated_deviation(is_normal, role: str, deviation: float) -> None:
    assert is_normal(INIT, role, deviation)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(draw, role: str) -> None:
    assert (draw(INIT, role).bias == 0).all()
