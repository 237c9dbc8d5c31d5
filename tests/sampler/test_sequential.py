import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.sampler import Samples
from inr_cli.sampler.sequential import Sequential

SPEC = Sequential.Spec(name="sequential")


def sequential(count: int, batch_size: int, seed: int = 0) -> Sequential:
    return Sequential(SPEC, Samples(count, None, batch_size, 1000, seed, torch.device("cpu")))


@given(count=st.integers(1, 60), batch_size=st.integers(1, 80), epoch=st.integers(0, 5))
def test_an_epoch_is_every_pixel_in_its_order(count: int, batch_size: int, epoch: int) -> None:
    sampler = sequential(count, batch_size)
    steps = len(range(0, count, batch_size))
    batches = [sampler(epoch * steps + step) for step in range(steps)]
    assert torch.cat(batches).tolist() == list(range(count))
    assert {len(batch) for batch in batches[:-1]} <= {batch_size}
    assert 1 <= len(batches[-1]) <= batch_size


@pytest.mark.parametrize(("count", "batch_size", "sizes"), [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (3, 4, [3])], ids=str)
def test_the_last_batch_is_kept_as_it_is(count: int, batch_size: int, sizes: list[int]) -> None:
    sampler = sequential(count, batch_size)
    assert [len(sampler(step)) for step in range(2 * len(sizes))] == 2 * sizes


def test_a_picture_of_256_is_eight_stripes_of_32_rows() -> None:
    sampler = sequential(256 * 256, 8192)
    for step in (0, 3, 7, 8, 799):
        rows = sampler(step) // 256
        assert (rows.min().item(), rows.max().item()) == (step % 8 * 32, step % 8 * 32 + 31)


@given(step=st.integers(0, 10**6), seed=st.integers(0, 2**63 - 1))
def test_a_batch_depends_on_the_step_only(step: int, seed: int) -> None:
    assert torch.equal(sequential(50, 7, seed)(step), sequential(50, 7)(step))
