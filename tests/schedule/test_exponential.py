import pytest
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.schedule.exponential import Exponential

progress = st.floats(0, 1)
factors = st.floats(1e-6, 1)


def exponential(warmup: float = 0.0, final: float = 0.1) -> Exponential:
    return Exponential(Exponential.Spec(name="exponential", warmup=warmup, final=final))


@given(factors)
def test_it_starts_at_1_and_ends_at_its_final_factor(final: float) -> None:
    assert exponential(final=final)(0.0) == 1
    assert exponential(final=final)(1.0) == pytest.approx(final)


@given(factors, st.floats(0, 0.5), st.floats(0, 0.5))
def test_equal_times_have_equal_factors(final: float, p: float, q: float) -> None:
    schedule = exponential(final=final)
    assert schedule(p + q) == pytest.approx(schedule(p) * schedule(q))


@given(st.tuples(progress, progress).map(sorted), factors)
def test_it_never_rises_and_stays_in_0_to_1(ends: list[float], final: float) -> None:
    schedule = exponential(final=final)
    assert 0 < schedule(ends[1]) <= schedule(ends[0]) <= 1


@given(st.floats(0.01, 1), st.floats(0, 1, exclude_max=True))
def test_the_warm_up_is_a_straight_line_from_0(warmup: float, part: float) -> None:
    assert exponential(warmup)(part * warmup) == pytest.approx(part)


@given(progress, st.floats(0, 0.9), factors)
def test_the_decay_fills_what_the_warm_up_leaves(p: float, warmup: float, final: float) -> None:
    behind = min(1.0, warmup + (1 - warmup) * p)
    assert exponential(warmup, final)(behind) == pytest.approx(exponential(0.0, final)(p), rel=1e-9)
