import pytest
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.schedule.constant import Constant

progress = st.floats(0, 1)


def constant(warmup: float = 0.0) -> Constant:
    return Constant(Constant.Spec(name="constant", warmup=warmup))


@given(progress)
def test_it_is_1_throughout(p: float) -> None:
    assert constant()(p) == 1


@given(progress, progress)
def test_behind_any_warm_up_it_never_leaves_0_to_1(p: float, warmup: float) -> None:
    assert 0 <= constant(warmup)(p) <= 1


@given(st.floats(0.01, 1), st.floats(0, 1, exclude_max=True))
def test_the_warm_up_is_a_straight_line_from_0(warmup: float, part: float) -> None:
    assert constant(warmup)(part * warmup) == pytest.approx(part)


@pytest.mark.parametrize("warmup", [0.0, 0.25, 1.0])
def test_the_full_rate_is_reached_where_the_warm_up_ends(warmup: float) -> None:
    assert constant(warmup)(warmup) == 1
    assert constant(warmup)(1.0) == 1
