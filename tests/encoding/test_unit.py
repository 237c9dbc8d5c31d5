import numpy as np
import pytest
import torch

from inr_cli.encoding.unit import Unit
from inr_cli.signal.grid import axes, grid


@pytest.mark.parametrize("shape", [(9,), (4, 10), (2, 3, 5)])
def test_on_the_left_grid_it_is_the_studys_linspace(shape: tuple[int, ...]) -> None:
    part = Unit(Unit.Spec(name="unit"), shape, None)
    features = part(torch.from_numpy(grid(axes(shape, "left"))))
    expected = np.meshgrid(*(np.linspace(0, 1, n + 1)[:-1] for n in shape), indexing="ij")
    np.testing.assert_allclose(features, np.stack(expected, axis=-1).reshape(-1, len(shape)), rtol=0, atol=1e-15)
    assert part.out_features == len(shape)


def test_opposite_edges_are_0_and_1() -> None:
    part = Unit(Unit.Spec(name="unit"), (8, 8), None)
    assert part(torch.tensor([[-1.0, 1.0], [0.0, 0.0]])).tolist() == [[0, 1], [0.5, 0.5]]
