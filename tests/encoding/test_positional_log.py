import numpy as np
import pytest
import torch

from inr_cli.encoding.positional_log import PositionalLog


def positional_log(count: int, octaves: float, axes: int = 2) -> PositionalLog:
    spec = PositionalLog.Spec(name="positional_log", count=count, octaves=octaves)
    return PositionalLog(spec, (16,) * axes, None)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize(("count", "octaves"), [(1, 6.0), (2, 3.5), (128, 6.0)])
def test_the_features_are_the_studys(axes: int, count: int, octaves: float) -> None:
    part = positional_log(count, octaves, axes).double()
    coords = torch.rand(5, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    along = 2.0 ** np.linspace(0, octaves, count) - 1
    B = np.kron(np.eye(axes), along[:, None])  # axis by axis
    phase = 2 * np.pi * (coords.numpy() + 1) / 2 @ B.T
    expected = np.concatenate([np.sin(phase), np.cos(phase)], axis=1)
    # 63 cycles kept in float32 are right to 4e-6 of one, 2.4e-5 rad
    np.testing.assert_allclose(part(coords).numpy(), expected, rtol=0, atol=1e-4)
    np.testing.assert_allclose(part.frequencies().numpy(), np.concatenate([B, B]), rtol=1e-6, atol=1e-6)
    assert part.out_features == 2 * count * axes


@pytest.mark.parametrize("octaves", [0.5, 5.0, 6.0, 24.0])
def test_the_frequencies_go_from_none_to_the_highest(octaves: float) -> None:
    along = positional_log(33, octaves).per_axis.double()
    assert along[0] == 0
    assert along[-1].item() == pytest.approx(2**octaves - 1, rel=1e-6)
    steps = along.diff()
    assert bool((steps > 0).all())
    assert bool((steps.diff() > 0).all())  # denser where they are low


def test_the_first_wave_is_a_constant() -> None:
    coords = torch.rand(10, 1, generator=torch.Generator().manual_seed(0)) * 2 - 1
    features = positional_log(4, 6.0, axes=1)(coords)
    assert bool((features[:, 0] == 0).all())
    assert bool((features[:, 4] == 1).all())
