import numpy as np
import pytest
import torch

from inr_cli.encoding.by_height import ByHeight
from inr_cli.signal.grid import axes, grid


def encoded(shape: tuple[int, ...]) -> torch.Tensor:
    part = ByHeight(ByHeight.Spec(name="by_height"), shape, None).double()
    return part(torch.from_numpy(grid(axes(shape, "corner"))))


@pytest.mark.parametrize("shape", [(9,), (4, 10), (12, 8), (2, 3, 5)])
def test_on_the_corner_grid_it_is_coins_pixel_numbers_over_the_height(shape: tuple[int, ...]) -> None:
    numbers = np.indices(shape).reshape(len(shape), -1).T
    # the ratios are kept in float32
    np.testing.assert_allclose(encoded(shape), 2 * (numbers / (shape[0] - 1) - 0.5), rtol=0, atol=1e-6)


def test_kodaks_pictures_reach_from_minus_1_to_2() -> None:
    columns = encoded((512, 768))[:, 1]
    assert columns.min() == -1
    assert float(columns.max()) == pytest.approx(2 * 767 / 511 - 1, abs=1e-6)


def test_a_single_row_is_no_division_by_zero() -> None:
    assert encoded((1, 4)).isfinite().all()
