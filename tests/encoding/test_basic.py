import numpy as np
import pytest
import torch

from inr_cli.encoding.basic import Basic


def basic(axes: int) -> Basic:
    return Basic(Basic.Spec(name="basic"), (16,) * axes, None).double()


def points(count: int, axes: int) -> torch.Tensor:
    return torch.rand(count, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_the_features_are_the_papers(axes: int) -> None:
    part, coords = basic(axes), points(6, axes)
    u = (coords.numpy() + 1) / 2
    expected = np.concatenate([np.sin(2 * np.pi * u), np.cos(2 * np.pi * u)], axis=1)
    np.testing.assert_allclose(part(coords).numpy(), expected, rtol=0, atol=1e-14)
    assert part.out_features == expected.shape[1] == 2 * axes


@pytest.mark.parametrize("axis", [0, 1])
def test_opposite_edges_have_the_same_features(axis: int) -> None:
    left, right = points(5, 2), points(5, 2)
    left[:, axis], right[:, axis] = -1, 1
    right[:, 1 - axis] = left[:, 1 - axis]
    torch.testing.assert_close(basic(2)(left), basic(2)(right), rtol=0, atol=1e-14)


def test_a_frequency_is_one_cycle_along_one_axis() -> None:
    assert basic(2).frequencies().tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]
