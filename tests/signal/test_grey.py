import numpy as np
import pytest
from PIL import Image

from inr_cli.signal.grey import grey


def noise(channels: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (9, 11, channels), np.uint8)


def test_it_is_pillows_mode_l() -> None:
    pixels = noise(3)
    pillow = np.asarray(Image.fromarray(pixels).convert("L"))
    # Pillow rounds to 8 bits
    np.testing.assert_allclose(grey(np.float32(pixels) / 255)[..., 0] * 255, pillow, rtol=0, atol=0.51)


@pytest.mark.parametrize(("channels", "kept"), [(1, 1), (2, 2), (3, 1), (4, 2)])
def test_alpha_stays_as_it_is(channels: int, kept: int) -> None:
    pixels = np.float32(noise(channels)) / 255
    result = grey(pixels)
    assert result.shape == (9, 11, kept)
    assert result.dtype == np.float32
    if kept == 2:
        assert np.array_equal(result[..., -1], pixels[..., -1])


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_a_grey_colour_keeps_its_level(level: float) -> None:
    np.testing.assert_allclose(grey(np.full((2, 2, 3), level, np.float32)), level, atol=1e-6)
