import pytest
import torch

from inr_cli.encoding.pixels import Pixels
from inr_cli.signal.grid import axes, grid

SHAPES = [(7,), (15, 224), (5, 6, 3)]


def features(shape: tuple[int, ...], kind: str) -> torch.Tensor:
    part = Pixels(Pixels.Spec(name="pixels"), shape, None)
    return part.double()(torch.from_numpy(grid(axes(shape, kind))))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("kind", "shift"), [("left", 0.0), ("centre", 0.5)])
def test_pixels_are_numbered_along_every_axis(shape: tuple[int, ...], kind: str, shift: float) -> None:
    numbers = torch.cartesian_prod(*(torch.arange(n, dtype=torch.float64) for n in shape)).reshape(-1, len(shape))
    torch.testing.assert_close(features(shape, kind), numbers + shift, rtol=0, atol=1e-12)


def test_on_the_corner_grid_the_last_pixel_is_the_number_of_pixels() -> None:
    assert features((15, 224), "corner")[-1].tolist() == [15, 224]


def test_float32_is_whole_numbers_up_to_rounding() -> None:
    coords = torch.from_numpy(grid(axes((224, 224), "left"))).float()
    numbers = Pixels(Pixels.Spec(name="pixels"), (224, 224), None)(coords)
    # two units in the last place of a number below 256
    torch.testing.assert_close(numbers, numbers.round(), rtol=0, atol=2**-15)
