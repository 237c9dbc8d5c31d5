"""Gaussian Fourier features against random-fourier-features-pytorch with the same frequencies, in float64."""

import sys
from types import ModuleType
from typing import Any

import pytest
import torch

from inr_cli.encoding.gaussian import Gaussian

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")


@pytest.fixture
def rff(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package without torchvision, with which it can read picture files: none is read here."""
    monkeypatch.setitem(sys.modules, "torchvision", ModuleType("torchvision"))
    return pytest.importorskip("rff", reason="make setup installs it")


def gaussian(scale: float, axes: int) -> Gaussian:
    spec = Gaussian.Spec(name="gaussian", count=64, scale=scale)
    return Gaussian(spec, (16,) * axes, torch.Generator().manual_seed(0)).double()


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_with_copied_frequencies_they_are_random_fourier_features_pytorchs(scale: float, axes: int, rff: Any) -> None:
    ours = gaussian(scale, axes)
    theirs = rff.layers.GaussianEncoding(b=scale * ours.B)  # the 2 pi is theirs, the deviation is in b
    u = torch.rand(200, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    sines, cosines = ours(2 * u - 1).chunk(2, dim=-1)  # ours takes coordinates in [-1, 1], theirs in [0, 1]
    torch.testing.assert_close(torch.cat([cosines, sines], dim=-1), theirs(u), rtol=0, atol=1e-10)


def test_sigma_means_scale(rff: Any) -> None:
    # the standard error of a standard deviation from 1e5 numbers is 10 / sqrt(2e5) = 0.022; five of them
    torch.manual_seed(0)
    assert rff.layers.GaussianEncoding(sigma=10.0, input_size=2, encoded_size=50_000).b.std() == pytest.approx(
        10, abs=0.11
    )
