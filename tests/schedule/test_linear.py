import pytest
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.schedule.linear import Linear

progress = st.floats(0, 1)


def linear(warmup: float = 0.0, final: float = 0.0) -> Linear:
    return Linear(Linear.Spec(name="linear", warmup=warmup, final=final))


@given(progress, progress)
def test_it_weighs_start_and_end_by_the_time_that_is_left(p: float, final: float) -> None:
    assert linear(final=final)(p) == pytest.approx((1 - p) * 1 + p * final, abs=1e-12)


@given(progress)
def test_it_starts_at_1_and_ends_at_its_final_factor(final: float) -> None:
    assert linear(final=final)(0.0) == 1
    assert linear(final=final)(1.0) == pytest.approx(final, abs=1e-15)


@given(st.tuples(progress, progress).map(sorted), progress, progress)
def test_behind_the_warm_up_it_never_rises_and_stays_in_0_to_1(ends: list[float], warmup: float, final: float) -> None:
    schedule = linear(warmup, final)
    early, late = (warmup + (1 - warmup) * end for end in ends)
    assert -1e-12 <= schedule(min(late, 1.0)) <= schedule(min(early, 1.0)) + 1e-12 <= 1 + 2e-12


@given(st.floats(0.01, 1), st.floats(0, 1, exclude_max=True))
def test_the_warm_up_is_a_straight_line_from_0(warmup: float, part: float) -> None:
    assert linear(warmup)(part * warmup) == pytest.approx(part)


@pytest.mark.parametrize("warmup", [0.1, 0.5])
def test_the_decay_fills_what_the_warm_up_leaves(warmup: float) -> None:
    assert linear(warmup)(warmup) == 1
    assert linear(warmup)((1 + warmup) / 2) == pytest.approx(0.5)
