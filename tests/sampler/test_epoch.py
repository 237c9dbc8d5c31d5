import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.sampler import Samples
from inr_cli.sampler.epoch import Epoch

SPEC = Epoch.Spec(name="epoch")


def epoch(count: int, batch_size: int, seed: int = 0) -> Epoch:
    return Epoch(SPEC, Samples(count, None, batch_size, 1000, seed, torch.device("cpu")))


@given(count=st.integers(1, 60), batch_size=st.integers(1, 60), epochs=st.integers(1, 4))
def test_every_pixel_comes_once_before_any_comes_again(count: int, batch_size: int, epochs: int) -> None:
    sampler = epoch(count, batch_size)
    steps = -(-epochs * count // batch_size)
    stream = torch.cat([sampler(step) for step in range(steps)])
    for number in range(epochs):
        assert stream[number * count : (number + 1) * count].sort().values.tolist() == list(range(count))


@given(count=st.integers(1, 60), batch_size=st.integers(1, 200), step=st.integers(0, 1000))
def test_every_batch_has_the_same_size(count: int, batch_size: int, step: int) -> None:
    batch = epoch(count, batch_size)(step)
    assert batch.shape == (batch_size,)
    assert 0 <= batch.min() <= batch.max() < count


@given(steps=st.lists(st.integers(0, 50), min_size=1, max_size=20), seed=st.integers(0, 2**63 - 1))
def test_a_batch_depends_on_the_seed_and_the_step_only(steps: list[int], seed: int) -> None:
    worn = epoch(50, 7, seed)
    for step in steps:
        assert torch.equal(worn(step), epoch(50, 7, seed)(step))


def test_the_global_random_state_is_neither_read_nor_written() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = epoch(100, 10)(3)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert torch.equal(epoch(100, 10)(3), first)


@pytest.mark.parametrize("other", [1, 2, 2**62])
def test_another_seed_shuffles_otherwise(other: int) -> None:
    assert not torch.equal(epoch(100, 100, other)(0), epoch(100, 100, 0)(0))


def test_every_epoch_is_shuffled_anew() -> None:
    sampler = epoch(100, 100)
    assert not torch.equal(sampler(0), sampler(1))
    assert not torch.equal(sampler(0), torch.arange(100))
