import numpy as np
import pytest
import torch
from torch.func import jacrev, vmap

from inr_cli.encoding.radial import Radial


def radial(count: int, sigma: float, axes: int = 2) -> Radial:
    return Radial(Radial.Spec(name="radial", count=count, sigma=sigma), (16,) * axes, None).double()


def points(count: int, axes: int = 2) -> torch.Tensor:
    return torch.rand(count, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize(("axes", "count", "per_axis"), [(1, 7, 7), (2, 30, 5), (2, 1, 1), (3, 216, 6), (3, 215, 5)])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 4.0])
def test_the_features_are_gaussians_of_the_distance(axes: int, count: int, per_axis: int, sigma: float) -> None:
    part, coords = radial(count, sigma, axes), points(8, axes)
    line = (np.arange(per_axis) + 0.5) / per_axis
    centres = np.stack(np.meshgrid(*[line] * axes, indexing="ij"), axis=-1).reshape(-1, axes)
    distance = np.linalg.norm((coords.numpy()[:, None] + 1) / 2 - centres, axis=-1)
    expected = np.exp(-(distance**2) / (2 * (sigma / per_axis) ** 2))
    # 1e-6: sigma and the centres are kept in float32; a tail's exponent, some 30, multiplies that
    np.testing.assert_allclose(part(coords).numpy(), expected, rtol=1e-4, atol=1e-6)
    assert part.out_features == per_axis**axes == expected.shape[1]


def test_a_bump_is_one_at_its_centre_and_flat() -> None:
    part = radial(16, 1.0)
    middle = part.centres * 2 - 1
    tops = torch.cartesian_prod(middle, middle)
    torch.testing.assert_close(part(tops).diagonal(), torch.ones(16, dtype=torch.float64))
    slopes = vmap(jacrev(part))(tops)
    assert bool((slopes[range(16), range(16)] == 0).all())
    curvature = vmap(jacrev(jacrev(part)))(tops)[0, 0]
    # -1 / s^2 per unit of u, a quarter of that per unit of x; s = 1 / 4
    torch.testing.assert_close(curvature, -4 * torch.eye(2, dtype=torch.float64))


def test_far_away_nothing_is_left_and_nothing_breaks() -> None:
    part = radial(256, 0.01)
    far = torch.full((1, 2), 3.0, dtype=torch.float64)
    assert bool((part(far) == 0).all())
    assert vmap(jacrev(part))(far).isfinite().all()


@pytest.mark.parametrize(("sigma", "ripple"), [(1.0, 1e-6), (0.5, 0.05)])
def test_the_overlap_is_what_the_text_says(sigma: float, ripple: float) -> None:
    # far from the edges the bumps' sum is sigma sqrt(2 pi) (1 + 2 exp(-2 pi^2 sigma^2) cos(2 pi x) + ...)
    part = radial(64, sigma, axes=1)  # whose centres are exact in float32
    total = part(torch.linspace(-0.1, 0.1, 201, dtype=torch.float64)[:, None]).sum(dim=1)
    found = ((total.max() - total.min()) / total.mean()).item()
    assert found == pytest.approx(4 * np.exp(-2 * np.pi**2 * sigma**2), rel=0.01, abs=1e-12)
    assert found < ripple
