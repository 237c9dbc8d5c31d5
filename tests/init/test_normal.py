import pytest

from inr_cli.init.normal import Normal

INIT = Normal(Normal.Spec(name="normal", std=0.3))
OMEGA, N, M = 30.0, 256, 4000


@pytest.mark.parametrize(("role", "deviation"), [("first", 0.3), ("hidden", 0.3), ("last", 0.3)])
def test_weights_are_normal_of_the_stated_deviation(draw, role: str, deviation: float) -> None:
    weight = draw(INIT, role).weight.detach() / deviation
    # a million numbers: the deviation is known to 1e-3, the fourth moment, 3 for a normal, to 1e-2
    assert weight.std().item() == pytest.approx(1, rel=5e-3)
    assert (weight**4).mean().item() == pytest.approx(3, rel=0.03)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(draw, role: str) -> None:
    assert (draw(INIT, role).bias == 0).all()
