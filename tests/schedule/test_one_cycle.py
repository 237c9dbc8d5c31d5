import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.schedule.one_cycle import OneCycle

progress = st.floats(0, 1)


def one_cycle(warmup: float = 0.3, initial: float = 0.04, final: float = 4e-6) -> OneCycle:
    return OneCycle(OneCycle.Spec(name="one_cycle", warmup=warmup, initial=initial, final=final))


@pytest.mark.parametrize("warmup", [0.1, 0.3, 0.5])
def test_it_is_pytorchs_one_cycle(warmup: float) -> None:
    # PyTorch's last step is at the end itself, ours one before it: 101 of theirs lie on our grid of hundredths.
    # Its rise is one step short of its share, so the share is given as that many steps and one.
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=1.0, total_steps=101, pct_start=(100 * warmup + 1) / 101, cycle_momentum=False
    )
    for index in range(101):
        assert one_cycle(warmup)(index / 100) == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        if index < 100:
            theirs.step()


@given(st.floats(0.01, 0.99), progress, progress)
def test_it_starts_peaks_and_ends_where_it_says(warmup: float, initial: float, final: float) -> None:
    schedule = one_cycle(warmup, initial, final)
    assert schedule(0.0) == pytest.approx(initial, abs=1e-15)
    assert schedule(warmup) == 1
    assert schedule(1.0) == pytest.approx(final, abs=1e-15)


@given(st.floats(0.01, 1), st.floats(0, 0.999), progress)
def test_the_rise_is_half_a_cosine(warmup: float, part: float, initial: float) -> None:
    # (1 - cos(pi p)) / 2 = sin^2(pi p / 2)
    expected = initial + (1 - initial) * math.sin(math.pi * part / 2) ** 2
    assert one_cycle(warmup, initial)(part * warmup) == pytest.approx(expected, abs=1e-9)


@given(progress, progress, progress, progress)
def test_it_never_leaves_0_to_1(p: float, warmup: float, initial: float, final: float) -> None:
    assert -1e-12 <= one_cycle(warmup, initial, final)(p) <= 1 + 1e-12


@given(progress)
def test_without_a_rise_it_is_the_fall_alone(p: float) -> None:
    assert one_cycle(warmup=0.0, final=0.0)(p) == pytest.approx(math.cos(math.pi * p / 2) ** 2, abs=1e-12)
