import math

import pytest

from inr_cli.init.kaiming_normal import KaimingNormal

INIT = KaimingNormal(KaimingNormal.Spec(name="kaiming_normal"))
OMEGA, N, M = 30.0, 256, 4000
KAIMING = math.sqrt(2 / N)


@pytest.mark.parametrize(("role", "deviation"), [("first", KAIMING), ("hidden", KAIMING), ("last", math.sqrt(1 / N))])
def test_weights_are_normal_of_the_stated_deviation(is_normal, role: str, deviation: float) -> None:
    assert is_normal(INIT, role, deviation)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(draw, role: str) -> None:
    assert (draw(INIT, role).bias == 0).all()
