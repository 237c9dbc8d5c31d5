import math

import pytest
import torch

from inr_cli.encoding.positional import Positional, nyquist_octaves


def positional(octaves: int | str, include_input: bool, shape: tuple[int, ...] = (16, 16)) -> Positional:
    spec = Positional.Spec(name="positional", octaves=octaves, include_input=include_input)
    return Positional(spec, shape, None)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("include_input", [True, False])
def test_the_features_are_the_papers(axes: int, include_input: bool) -> None:
    octaves = 4
    part = positional(octaves, include_input, (16,) * axes).double()
    coords = torch.rand(5, axes, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    features = part(coords)
    assert part.out_features == features.shape[1] == axes * (2 * octaves + include_input)
    for point, row in zip(coords.tolist(), features.tolist(), strict=True):
        expected = [math.sin(2**k * math.pi * x) for x in point for k in range(octaves)]
        expected += [math.cos(2**k * math.pi * x) for x in point for k in range(octaves)]
        # 1e-6: the frequencies are kept in float32, 2^3 pi to 1e-6
        assert row == pytest.approx([*point, *expected] if include_input else expected, abs=2e-6)


def test_without_the_input_it_repeats_after_the_whole_picture() -> None:
    part = positional(5, False)
    coords = torch.rand(20, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    # 2^4 pi 2 = 100 rad in float32: 8e-6 for the phase, and as much for the shifted coordinate
    torch.testing.assert_close(part(coords + 2), part(coords), rtol=0, atol=3e-5)


def test_the_lowest_octave_repeats_no_sooner() -> None:
    part = positional(1, False, (16,))
    assert not torch.allclose(part(torch.tensor([-0.5])), part(torch.tensor([0.5])), atol=0.5)


@pytest.mark.parametrize(("side", "octaves"), [(1, 1), (7, 1), (8, 1), (16, 2), (17, 2), (255, 5), (256, 6), (512, 7)])
def test_nyquist_is_what_the_code_of_siren_takes(side: int, octaves: int) -> None:
    nyquist_rate = 1 / (2 * 2 / side)  # its own lines: 1 / (2 * (2 * 1 / samples)), then floor(log2())
    assert nyquist_octaves((side,)) == octaves == max(1, math.floor(math.log2(nyquist_rate)))


def test_nyquist_looks_at_the_longest_side() -> None:
    assert positional("nyquist", True, (16, 256, 3)).angular.shape == (6,)


def test_frequencies_double() -> None:
    frequencies = positional(24, True).angular
    assert torch.equal(frequencies[1:], 2 * frequencies[:-1])
    assert frequencies[0].item() == pytest.approx(math.pi)
