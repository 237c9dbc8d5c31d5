"""Uniform quantisation: how far a number may move, and which tensors keep all bits."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from inr_cli.engine.quantise import MOST_BITS, SMALL, depths, indices, restored, scale_of
from inr_cli.engine.training import Training

FLOAT32 = 2.0**-23
numbers = st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=50)
every_depth = st.integers(1, MOST_BITS)


def rounded(values: Tensor, bits: int) -> Tensor:
    scale = scale_of(values, bits)
    return restored(indices(values, scale), scale)


@given(numbers, every_depth)
def test_no_number_moves_by_more_than_half_a_step(given: list[float], bits: int) -> None:
    values = torch.tensor(given)
    moved = (rounded(values, bits).double() - values.double()).abs().max()
    largest = values.abs().max()
    assert moved <= scale_of(values, bits).step / 2 + 4 * FLOAT32 * largest


@given(numbers, every_depth)
def test_as_many_levels_as_the_bits_can_count(given: list[float], bits: int) -> None:
    values = torch.tensor(given)
    found = indices(values, scale_of(values, bits))
    assert found.min() == 0
    assert found.max() <= 2**bits - 1
    if values.unique().numel() > 1:
        assert found.max() == 2**bits - 1, "the greatest number has the last level"


@given(st.floats(-(2.0**100), 2.0**100, width=32), every_depth)
def test_what_is_all_the_same_stays_exact(value: float, bits: int) -> None:
    assert torch.equal(rounded(torch.full((3,), value), bits), torch.full((3,), value))
    assert torch.equal(rounded(torch.tensor(value), bits), torch.tensor(value)), "a scalar"


def test_the_levels_are_those_of_numpys_linspace() -> None:
    values = torch.linspace(-1, 3, 1000)
    wanted = np.linspace(-1, 3, 2**3)
    assert np.unique(rounded(values, 3).numpy()) == pytest.approx(wanted, abs=1e-6)
    nearest = wanted[np.abs(values.numpy()[:, None] - wanted).argmin(axis=1)]
    assert rounded(values, 3).numpy() == pytest.approx(nearest, abs=1e-6)


def test_every_bit_halves_the_error() -> None:
    values = torch.randn(10_000, generator=torch.Generator().manual_seed(0))
    errors = [(rounded(values, bits) - values).square().mean().sqrt().item() for bits in range(3, 13)]
    for more, fewer in zip(errors[1:], errors, strict=False):
        assert fewer / more == pytest.approx(2, rel=0.1)


def test_double_precision_is_rounded_alike() -> None:
    values = torch.randn(100, generator=torch.Generator().manual_seed(0))
    assert torch.equal(rounded(values.double(), 8), rounded(values, 8))


def test_what_is_small_or_fixed_keeps_all_bits(begin: Callable[..., Training]) -> None:
    field = begin("encoding=gaussian", "encoding.count=32").field
    found, tensors = depths(field, 5), field.state_dict()
    total = sum(tensor.numel() for tensor in tensors.values())
    assert found.keys() == tensors.keys()
    assert found["encoding.B"] == MOST_BITS, "not learned"
    assert tensors["encoding.B"].numel() == 64
    assert {name for name, bits in found.items() if bits == 5} == {f"network.layers.{n}.weight" for n in range(3)}
    assert all(tensors[name].numel() >= SMALL * total for name, bits in found.items() if bits == 5)
