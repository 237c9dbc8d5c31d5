import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.words import prepare
from inr_cli.engine.check import check
from inr_cli.sampler import Samples
from inr_cli.sampler.progressive import Progressive


def progressive(levels: int, end: float, shape: tuple[int, int] = (20, 30), steps: int = 100) -> Progressive:
    spec = Progressive.Spec(name="progressive", levels=levels, end=end)
    return Progressive(spec, Samples(shape[0] * shape[1], shape, 500, steps, 0, torch.device("cpu")))


def test_the_distance_is_halved_in_even_parts_of_the_run() -> None:
    strides = [progressive(3, 0.6).stride(step) for step in range(100)]
    assert strides == [8] * 20 + [4] * 20 + [2] * 20 + [1] * 40


@given(levels=st.integers(1, 6), end=st.floats(0, 1), steps=st.integers(1, 50))
def test_it_never_grows_and_ends_with_all_pixels(levels: int, end: float, steps: int) -> None:
    strides = [progressive(levels, end, steps=steps).stride(step) for step in range(steps + 1)]
    assert strides == sorted(strides, reverse=True)
    assert strides[-1] == 1
    assert end == 0 or strides[0] == 2**levels


@pytest.mark.parametrize("shape", [(20, 30), (17, 9), (3, 200), (1, 1)], ids=str)
def test_a_step_draws_from_all_the_pixels_of_its_grid_and_no_other(shape: tuple[int, int]) -> None:
    sampler = progressive(2, 0.5, shape)
    for step in (0, 30, 80):
        stride = sampler.stride(step)
        drawn = {(int(one) // shape[1], int(one) % shape[1]) for one in sampler(step)}
        grid = {(row, column) for row in range(0, shape[0], stride) for column in range(0, shape[1], stride)}
        assert drawn <= grid
        assert len(drawn) > 0.5 * len(grid)  # 500 draws from at most 600


def test_pixels_that_stand_on_no_grid_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"sampler=progressive: needs a whole grid.* choose sampler=epoch"):
        check(compose(prepare(["sampler=progressive", "task=inpaint"])))
