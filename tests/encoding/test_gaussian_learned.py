import numpy as np
import pytest
import torch

from inr_cli.encoding.gaussian import Gaussian
from inr_cli.encoding.gaussian_learned import GaussianLearned


def learned(count: int, scale: float, axes: int = 2, seed: int = 0) -> GaussianLearned:
    spec = GaussianLearned.Spec(name="gaussian_learned", count=count, scale=scale)
    return GaussianLearned(spec, (16,) * axes, torch.Generator().manual_seed(seed))


def points(count: int, axes: int = 2) -> torch.Tensor:
    return torch.rand(count, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_it_starts_as_gaussian_of_the_same_seed(axes: int, scale: float) -> None:
    spec = Gaussian.Spec(name="gaussian", count=7, scale=scale)
    fixed = Gaussian(spec, (16,) * axes, torch.Generator().manual_seed(3))
    part = learned(7, scale, axes, seed=3)
    coords = points(9, axes).float()
    assert torch.equal(part(coords), fixed(coords))
    assert torch.equal(part.frequencies(), fixed.frequencies())


def test_the_frequencies_are_all_that_it_learns() -> None:
    assert [(name, value.shape) for name, value in learned(5, 1.0).named_parameters()] == [("B", (5, 2))]


def test_the_gradient_of_a_frequency_is_that_of_its_two_waves() -> None:
    part, coords = learned(4, 3.0).double(), points(6)
    part(coords).sum().backward()
    u, B = (coords.numpy() + 1) / 2, part.B.detach().numpy()
    phase = 2 * np.pi * u @ B.T
    expected = 2 * np.pi * (np.cos(phase) - np.sin(phase)).T @ u
    assert part.B.grad is not None
    np.testing.assert_allclose(part.B.grad.numpy(), expected, rtol=0, atol=1e-12)


def test_it_finds_the_frequency_of_a_wave() -> None:
    part = learned(1, 1.0, axes=1)
    with torch.no_grad():
        part.B.fill_(3.6)
    coords = torch.linspace(-1, 1, 64)[:, None]
    target = torch.sin(2 * torch.pi * 4.0 * (coords[:, 0] + 1) / 2)
    for _ in range(60):
        (slope,) = torch.autograd.grad((part(coords)[:, 0] - target).square().mean(), [part.B])
        with torch.no_grad():
            part.B -= 0.02 * slope
    assert part.frequencies().flatten().tolist() == pytest.approx([4.0, 4.0], abs=1e-2)
    assert not part.frequencies().requires_grad
