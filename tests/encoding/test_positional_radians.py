import math

import pytest
import torch
from torch import Tensor

from inr_cli.encoding.positional import Positional
from inr_cli.encoding.positional_radians import PositionalRadians


def encoding(octaves: int, shape: tuple[int, ...]) -> PositionalRadians:
    return PositionalRadians(PositionalRadians.Spec(name="positional_radians", octaves=octaves), shape, None).double()


def points(axes: int) -> Tensor:
    return torch.rand(40, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.mark.parametrize("octaves", [1, 4, 10])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_one_feature_at_a_time(octaves: int, axes: int) -> None:
    coords = points(axes)
    features = encoding(octaves, (32,) * axes)(coords)
    waves = [2**k * coords[:, a] for a in range(axes) for k in range(octaves)]
    expected = [*coords.T, *(wave.sin() for wave in waves), *(wave.cos() for wave in waves)]
    torch.testing.assert_close(features, torch.stack(expected, dim=-1))


def test_at_pi_times_the_coordinates_it_is_nerfs() -> None:
    nerf = Positional(Positional.Spec(name="positional", octaves=5, include_input=True), (32, 32), None).double()
    coords = points(2)
    waves = encoding(5, (32, 32))(math.pi * coords)[:, 2:]
    torch.testing.assert_close(waves, nerf(coords)[:, 2:], rtol=0, atol=1e-5)  # NeRF's factors are kept in float32


def test_a_frequency_counts_the_waves_of_its_feature() -> None:
    part = encoding(6, (64, 64))
    coords = points(2)
    sines = slice(2, 2 + 2 * 6)
    cycles = (coords + 1) / 2 @ part.frequencies().double()[sines].T
    # between x = -1 and x the phase has gone on by 2 pi times the cycles
    start = part.frequencies().double()[sines].sum(dim=1) * math.pi
    torch.testing.assert_close((2 * math.pi * cycles - start).sin(), part(coords)[:, sines], rtol=0, atol=1e-5)
