"""What JPEG makes of a picture, held against Pillow and scikit-image."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage.data import chelsea
from skimage.metrics import peak_signal_noise_ratio

from inr_cli.config.errors import ConfigError
from inr_cli.signal.jpeg import QUALITIES, jpeg_curve, jpeg_within

STORED = chelsea()[100:148, 100:164]
PIXELS = (STORED / 255).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 3])
def test_rate_and_distortion_are_those_of_pillows_file(channels: int) -> None:
    pixels, stored = PIXELS[..., :channels], STORED[..., :channels].squeeze()
    for point in jpeg_curve(pixels, [1, 30, 95, 100]):
        file = io.BytesIO()
        Image.fromarray(stored).save(file, "JPEG", quality=point.quality, subsampling="4:4:4", optimize=True)
        assert point.bytes == len(file.getvalue())
        assert point.bits_per_pixel == 8 * point.bytes / (48 * 64)
        decoded = np.asarray(Image.open(file))
        assert point.psnr == pytest.approx(peak_signal_noise_ratio(stored, decoded), abs=1e-4)


def test_more_bytes_are_nearer() -> None:
    curve = jpeg_curve(PIXELS, [5, 20, 50, 80, 95, 100])
    assert curve == sorted(curve, key=lambda point: (point.bytes, point.psnr))
    assert curve[-1].psnr > 45


@pytest.mark.parametrize("size", [0, 700, 1500, 3000, 10**6])
def test_the_best_that_fits_is_found(size: int) -> None:
    curve = jpeg_curve(PIXELS, QUALITIES)
    fitting = [point for point in curve if point.bytes <= size]
    assert jpeg_within(PIXELS, size) == (fitting[-1] if fitting else curve[0])


@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_has_no_place_in_it(channels: int) -> None:
    pixels = np.zeros((8, 8, channels), np.float32)
    with pytest.raises(ConfigError, match="alpha"):
        jpeg_curve(pixels, [50])
    with pytest.raises(ConfigError, match="alpha"):
        jpeg_within(pixels, 1000)
