import pytest

from inr_cli.init.normal import Normal

INIT = Normal(Normal.Spec(name="normal", std=0.3))
OMEGA, N, M = 30.0, 256, 4000


@pytest.mark.parametrize(("role", "deviation"), [("first", 0.3), ("hidden", 0.3), ("last", 0.3)])
def test_weights_are_normal_of_the_stated_deviation(is_normal, role: str, deviation: float) -> None:
    assert is_normal(INIT, role, deviation)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(draw, role: str) -> None:
    assert (draw(INIT, role).bias == 0).all()
