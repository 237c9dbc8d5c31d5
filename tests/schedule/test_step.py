import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.schedule.step import Step

progress = st.floats(0, 1)
factors = st.floats(0.01, 1)
drops = st.integers(1, 20)


def step(warmup: float = 0.0, factor: float = 0.1, drops: int = 2) -> Step:
    return Step(Step.Spec(name="step", warmup=warmup, factor=factor, drops=drops))


@pytest.mark.parametrize(("drops", "factor"), [(1, 0.1), (2, 0.1), (4, 0.5)])
def test_it_is_pytorchs_step_lr(drops: int, factor: float) -> None:
    steps = 10 * (drops + 1)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=factor)
    for index in range(steps):
        assert step(factor=factor, drops=drops)(index / steps) == pytest.approx(theirs.get_last_lr()[0])
        optimizer.step()
        theirs.step()


@given(factors, drops)
def test_it_starts_at_1_and_ends_after_its_last_drop(factor: float, drops: int) -> None:
    assert step(factor=factor, drops=drops)(0.0) == 1
    assert step(factor=factor, drops=drops)(1.0) == pytest.approx(factor**drops)


@given(st.tuples(progress, progress).map(sorted), factors, drops)
def test_it_never_rises_and_stays_in_0_to_1(ends: list[float], factor: float, drops: int) -> None:
    schedule = step(factor=factor, drops=drops)
    assert 0 < schedule(ends[1]) <= schedule(ends[0]) <= 1


@given(st.floats(0.01, 1), st.floats(0, 1, exclude_max=True))
def test_the_warm_up_is_a_straight_line_from_0(warmup: float, part: float) -> None:
    assert step(warmup)(part * warmup) == pytest.approx(part)


def test_the_drops_divide_what_the_warm_up_leaves() -> None:
    schedule = step(warmup=0.4, factor=0.1, drops=2)  # parts of a fifth of the run each
    assert [schedule(p) for p in (0.41, 0.59, 0.61, 0.79, 0.81, 1.0)] == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])
