import math

import numpy as np
import pytest
import torch

from inr_cli.encoding.gaussian import Gaussian


def gaussian(count: int, scale: float, axes: int = 2, seed: int = 0) -> Gaussian:
    spec = Gaussian.Spec(name="gaussian", count=count, scale=scale)
    return Gaussian(spec, (16,) * axes, torch.Generator().manual_seed(seed))


def points(count: int, axes: int = 2) -> torch.Tensor:
    return torch.rand(count, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_the_features_are_the_papers(axes: int) -> None:
    part = gaussian(5, 3.0, axes).double()
    coords = points(4, axes)
    B = part.B.numpy()
    for point, features in zip(coords.numpy(), part(coords).numpy(), strict=True):
        u = [(x + 1) / 2 for x in point]
        for i in range(5):
            angle = 2 * math.pi * sum(3.0 * B[i, axis] * u[axis] for axis in range(axes))
            assert features[i] == pytest.approx(math.sin(angle), abs=1e-12)
            assert features[5 + i] == pytest.approx(math.cos(angle), abs=1e-12)


def test_the_same_seed_gives_the_same_directions_at_every_scale() -> None:
    assert torch.equal(gaussian(64, 1.0).B, gaussian(64, 25.0).B)


def test_scale_multiplies_the_frequencies() -> None:
    near, far = gaussian(64, 1.0).double(), gaussian(64, 10.0).double()
    u = points(20) / 20  # ten times as far from the corner is still inside
    torch.testing.assert_close(far(2 * u - 1), near(20 * u - 1), rtol=0, atol=1e-12)


def test_the_frequencies_have_the_standard_deviation_that_scale_says() -> None:
    part = gaussian(50_000, 10.0)
    frequencies = part.scale * part.B
    # the standard error of a standard deviation from 1e5 numbers is 10 / sqrt(2e5) = 0.022; five of them
    assert abs(frequencies.std().item() - 10) < 0.11
    assert abs(frequencies.mean().item()) < 0.16


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("distance", [0.0, 0.05, 0.1, 0.3])
def test_the_kernel_is_a_gaussian_of_the_distance_only(scale: float, distance: float) -> None:
    count = 40_000
    part = gaussian(count, scale).double()
    u = points(6) * 0.2 + 0.5
    angles = torch.linspace(0, 6, 6, dtype=torch.float64)
    v = u + distance * torch.stack([angles.sin(), angles.cos()], dim=1)
    kernel = (part(2 * u - 1) * part(2 * v - 1)).sum(dim=1) / count
    expected = math.exp(-2 * math.pi**2 * scale**2 * distance**2)
    # a mean of 40,000 cosines has a standard error of at most 1/sqrt(2 count) = 0.0035; five of them
    assert np.abs(kernel.numpy() - expected).max() < 0.018


def test_every_point_has_features_of_the_same_length() -> None:
    features = gaussian(32, 10.0).double()(points(50))
    torch.testing.assert_close((features**2).sum(dim=1), torch.full((50,), 32.0, dtype=torch.float64))


def test_a_sweep_can_replace_the_scale_in_the_state() -> None:
    part, other = gaussian(8, 1.0), gaussian(8, 10.0)
    part.load_state_dict({"B": part.B, "scale": torch.tensor(10.0)})
    coords = points(5).float()
    assert torch.equal(part(coords), other(coords))
