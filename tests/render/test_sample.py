from collections.abc import Callable

import numpy as np
import pytest
import torch

from inr_cli.engine.training import Training
from inr_cli.render.field import Field
from inr_cli.render.sample import BUDGET, CHUNK, CROSSINGS, chunk_of, colours, points_at_once, sample, sample_lines
from inr_cli.render.view import view
from inr_cli.signal.encode import quantise


@pytest.fixture(scope="module")
def field(begin: Callable[..., Training]) -> Field:
    training = begin("steps=30")
    for step in range(30):
        training.update(step)
    return training.field


def whole(field: Field, chunk: int) -> np.ndarray:
    rows, columns = field.lines(view(15, 15, size="83x61"))
    picture = np.full((61 * 83, 3), np.nan, np.float32)
    for start, values in sample(field, rows, columns, chunk):
        picture[start : start + len(values)] = values
    return picture


@pytest.mark.parametrize("chunk", [1000, 16_384, 61 * 83, 61 * 83 - 1])
def test_the_picture_does_not_depend_on_the_chunk(field: Field, chunk: int) -> None:
    ours, other = whole(field, chunk), whole(field, 7)
    assert np.isfinite(ours).all()
    # matrix products of other sizes sum in other orders, and phases of 200 rad in float32 are good to 1e-5
    np.testing.assert_allclose(ours, other, rtol=0, atol=1e-5)
    levels = np.abs(quantise(ours).astype(int) - quantise(other))
    assert levels.max() <= 1  # only where a colour lies within that of the edge between two levels
    assert levels.mean() < 1e-3


def test_one_point_at_a_time_gives_the_same_picture(field: Field) -> None:
    rows, columns = field.lines(view(15, 15))
    single = np.concatenate([values for _, values in sample(field, rows, columns, 1)])
    together = np.concatenate([values for _, values in sample(field, rows, columns, 16_384)])
    np.testing.assert_allclose(single, together, rtol=0, atol=1e-5)


@pytest.mark.parametrize("chunk", [1, 5, 12, 13])
def test_chunks_follow_each_other_row_by_row(chunk: int) -> None:
    class Echo(torch.nn.Module):
        def forward(self, coords: torch.Tensor) -> torch.Tensor:
            return coords

    rows, columns = torch.arange(3.0), torch.arange(10.0, 14.0)
    pieces = list(sample(Echo(), rows, columns, chunk))
    assert [start for start, _ in pieces] == list(range(0, 12, chunk))
    expected = [[row, column] for row in range(3) for column in range(10, 14)]
    assert np.concatenate([values for _, values in pieces]).tolist() == expected


def test_colours_are_float32_and_keep_no_graph(field: Field) -> None:
    values = colours(field, torch.zeros(4, 2))
    assert values.dtype == np.float32
    assert values.shape == (4, 3)


@pytest.mark.parametrize("widest", [1, 256, 4096, 80_000, 10_000_000])
def test_wide_layers_mean_fewer_points_at_once(widest: int) -> None:
    chunk = chunk_of(widest)
    assert 1 <= chunk <= CHUNK
    assert chunk == 1 or 6 * 4 * chunk * widest <= BUDGET


@pytest.mark.parametrize(("widest", "points"), [(1, CHUNK), (64, CHUNK), (256, 4096), (300, 2048), (2048, 512)])
def test_a_processor_takes_as_many_points_as_its_cache_has_room_for(widest: int, points: int) -> None:
    assert points_at_once(widest, torch.device("cpu")) == points
    assert points_at_once(widest, torch.device("cuda")) == chunk_of(widest)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_however_wide_the_layers_memory_has_the_last_word(device: str) -> None:
    assert points_at_once(10_000_000, torch.device(device)) == 1


@pytest.mark.parametrize(
    ("rows", "columns", "chunk"), [(7, 5, 100), (7, 5, 8), (7, 5, 6), (7, 5, 5), (7, 5, 2), (1, 1, 1)]
)
def test_bands_of_lines_follow_each_other_row_by_row(rows: int, columns: int, chunk: int) -> None:
    asked: list[int] = []

    def echo(rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        asked.append(len(rows) + len(columns))
        return torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1)

    pieces = list(sample_lines(echo, torch.arange(float(rows)), torch.arange(float(columns)), chunk))
    assert [start for start, _ in pieces] == [0, *np.cumsum([len(values) for _, values in pieces])[:-1]]
    expected = [[row, column] for row in range(rows) for column in range(columns)]
    assert np.concatenate([values for _, values in pieces]).tolist() == expected
    assert max(asked) <= chunk + 1  # a single row may come on top


def test_few_lines_cross_in_many_places_but_not_in_all_at_once() -> None:
    def count(rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        return torch.zeros(len(rows), len(columns), 1)

    sizes = [len(values) for _, values in sample_lines(count, torch.zeros(2000), torch.zeros(2000), CHUNK)]
    assert sum(sizes) == 2000**2
    assert max(sizes) <= CROSSINGS
