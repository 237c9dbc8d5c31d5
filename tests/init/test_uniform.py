import pytest
from pydantic import ValidationError

from inr_cli.init.uniform import Uniform

INIT = Uniform(Uniform.Spec(name="uniform", low=0.0, high=1.0))
OMEGA, N, M = 30.0, 256, 4000


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_weights_lie_between_low_and_high(draw, role: str) -> None:
    weight = draw(INIT, role).weight.detach()
    assert 0 <= weight.min().item() < 1e-4
    assert 1 - 1e-4 < weight.max().item() <= 1
    assert weight.mean().item() == pytest.approx(0.5, rel=2e-3)


@pytest.mark.parametrize("role", ["first", "hidden", "last"])
def test_biases_are_zero(draw, role: str) -> None:
    assert (draw(INIT, role).bias == 0).all()


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.5), (-2e9, 0.0), (0.0, 2e9)])
def test_a_range_that_is_none_or_beyond_single_precision_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValidationError):
        Uniform.Spec(name="uniform", low=low, high=high)
    assert Uniform.Spec(name="uniform", low=0.5, high=0.5).high == 0.5
