import math

import numpy as np
import pytest
import torch
from torch.func import jacrev, vmap

from inr_cli.encoding.hash_grid import HashGrid, resolutions

PRIMES = [1, 2654435761, 805459861]


def spec(**numbers: int | str) -> HashGrid.Spec:
    default = {"levels": 4, "features_per_level": 2, "log2_table_size": 7, "min_resolution": 3, "max_resolution": 20}
    return HashGrid.Spec(name="hash_grid", **{**default, **numbers})


def hash_grid(axes: int = 2, **numbers: int | str) -> HashGrid:
    return HashGrid(spec(**numbers), (16,) * axes, torch.Generator().manual_seed(0)).double()


def points(count: int, axes: int = 2) -> torch.Tensor:
    return torch.rand(count, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


def slowly(part: HashGrid, table_size: int, point: list[float]) -> list[float]:
    """The paper's section 3, one vertex at a time."""
    features, start, table = [], 0, part.table.detach().numpy()
    for cells in part.resolutions:
        places = [min(max((x + 1) / 2, 0.0), 1.0) * cells for x in point]
        low = [min(math.floor(place), cells - 1) for place in places]
        dense = (cells + 1) ** len(point) <= table_size
        value = np.zeros(table.shape[1])
        for corner in np.ndindex(*[2] * len(point)):
            vertex = [cell + step for cell, step in zip(low, corner, strict=True)]
            weight = math.prod(1 - abs(place - at) for place, at in zip(places, vertex, strict=True))
            index = 0
            for at, prime in zip(vertex, PRIMES, strict=False):
                # an own place for each vertex in the order of memory, or 32-bit products joined by xor
                index = index * (cells + 1) + at if dense else index ^ (at * prime % 2**32)
            value += weight * table[start + (index if dense else index % table_size)]
        features += value.tolist()
        start += (cells + 1) ** len(point) if dense else table_size
    assert start == len(table)
    return features


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("log2_table_size", [4, 7, 14])
@pytest.mark.parametrize("features_per_level", [1, 3])
def test_the_features_are_those_of_a_slow_reference(axes: int, log2_table_size: int, features_per_level: int) -> None:
    part = hash_grid(axes, log2_table_size=log2_table_size, features_per_level=features_per_level)
    corners = torch.tensor([[-1.0], [1.0], [0.0], [-1.5], [7.0]], dtype=torch.float64).expand(-1, axes)
    coords = torch.cat([points(10, axes), corners])
    expected = [slowly(part, 2**log2_table_size, point) for point in coords.tolist()]
    np.testing.assert_allclose(part(coords).detach().numpy(), expected, rtol=0, atol=1e-18)
    assert part.out_features == 4 * features_per_level


def test_the_resolutions_grow_by_a_constant_factor_and_end_exactly() -> None:
    assert resolutions(spec(levels=16, min_resolution=16, max_resolution=524_288), 1)[::5] == [16, 512, 16_384, 524_288]
    assert resolutions(spec(levels=3, min_resolution=2, max_resolution=8), 1) == [2, 4, 8]
    assert resolutions(spec(levels=1, min_resolution=5, max_resolution=9), 1) == [5]


@pytest.mark.parametrize("levels", [2, 3, 7, 16, 32])
@pytest.mark.parametrize(("first", "last"), [(1, 1), (3, 49), (16, 128), (16, 524_288), (7, 7919)])
def test_the_finest_level_is_the_one_asked_for(levels: int, first: int, last: int) -> None:
    found = resolutions(spec(levels=levels, min_resolution=first, max_resolution=last), 1)
    assert (found[0], found[-1], len(found)) == (first, last, levels)
    assert found == sorted(found)


@pytest.mark.parametrize(("longest", "last"), [(512, 256), (257, 128), (10, 16)])
def test_half_is_half_the_longest_side_but_never_coarser_than_the_first(longest: int, last: int) -> None:
    assert resolutions(spec(min_resolution=16, max_resolution="half"), longest)[-1] == last


def test_a_level_that_fits_gives_every_vertex_its_own_feature() -> None:
    part = hash_grid(levels=1, min_resolution=9, log2_table_size=7, features_per_level=1)  # 100 of at most 128
    with torch.no_grad():
        part.table.copy_(torch.arange(100.0)[:, None])
    axis = torch.linspace(-1, 1, 10, dtype=torch.float64)
    vertices = torch.cartesian_prod(axis, axis)
    torch.testing.assert_close(part(vertices)[:, 0], torch.arange(100.0, dtype=torch.float64))


def test_it_holds_any_bilinear_function_exactly() -> None:
    part = hash_grid(levels=1, min_resolution=9, features_per_level=1)
    line = torch.linspace(0, 1, 10, dtype=torch.float64)
    row, column = torch.meshgrid(line, line, indexing="ij")
    with torch.no_grad():
        part.table.copy_((2 * row - column + 3 * row * column).reshape(-1, 1))
    coords = points(50)
    row, column = ((coords + 1) / 2).unbind(dim=1)
    torch.testing.assert_close(part(coords)[:, 0], 2 * row - column + 3 * row * column)


def test_it_is_continuous_across_cells() -> None:
    part = hash_grid(levels=1, min_resolution=4)
    edge = torch.tensor([[0.5, 0.3], [0.0, -0.9], [-0.2, -0.5]], dtype=torch.float64)
    torch.testing.assert_close(part(edge - 1e-12), part(edge + 1e-12), rtol=0, atol=1e-14)


def test_the_features_start_small_and_even() -> None:
    table = hash_grid(levels=8, log2_table_size=14, min_resolution=100, max_resolution=200).table
    assert table.abs().max() <= 1e-4
    # the standard error of the mean of 160,000 numbers is 1e-4 / sqrt(3 n) = 1.4e-7; five of them
    assert table.mean().abs() < 7e-7
    assert table.std().item() == pytest.approx(1e-4 / math.sqrt(3), rel=0.01)


def test_a_point_teaches_the_corners_of_its_cells_only() -> None:
    part = hash_grid(levels=3, log2_table_size=14, features_per_level=1)
    part(points(1)).sum().backward()
    assert part.table.grad is not None
    assert int(part.table.grad.count_nonzero()) == 3 * 4
    assert part.table.grad.sum().item() == pytest.approx(3)  # a level's weights sum to 1


@pytest.mark.parametrize("log2_table_size", [4, 14])
def test_vmap_and_jacrev_see_single_points(log2_table_size: int) -> None:
    part, coords = hash_grid(log2_table_size=log2_table_size), points(6)
    torch.testing.assert_close(vmap(part)(coords), part(coords))
    gradient = vmap(jacrev(part))(coords)
    for axis, step in enumerate(torch.eye(2, dtype=torch.float64) * 1e-6):
        difference = (part(coords + step) - part(coords - step)) / 2e-6
        torch.testing.assert_close(gradient[..., axis], difference, rtol=0, atol=1e-10)
    mixed = vmap(jacrev(jacrev(part)))(coords)
    assert bool((mixed.diagonal(dim1=-2, dim2=-1) == 0).all())  # linear along each axis
    assert bool((mixed[..., 0, 1] != 0).all())


def test_the_gradient_of_a_derivative_reaches_the_table() -> None:
    part = hash_grid()
    vmap(jacrev(part))(points(6)).square().sum().backward()
    assert part.table.grad is not None
    assert part.table.grad.isfinite().all()
    assert part.table.grad.abs().sum() > 0


def test_its_second_derivative_is_not_claimed() -> None:
    assert HashGrid.derivatives == 1
