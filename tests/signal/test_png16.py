import io

import numpy as np
import png
import pytest
from PIL import Image

from inr_cli.signal.png16 import encode_png16


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (64, 3)])
def test_pypng_reads_every_16_bit_value_back(channels: int, shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).integers(0, 2**16, (*shape, channels), dtype=np.uint16)
    width, height, rows, info = png.Reader(bytes=encode_png16(values)).read()
    assert (height, width, info["bitdepth"], info["planes"]) == (*shape, 16, channels)
    assert np.array_equal(np.vstack([np.array(row, np.uint16) for row in rows]).reshape(values.shape), values)


def test_pillow_sees_the_high_bytes() -> None:
    values = np.random.default_rng(0).integers(0, 2**16, (6, 4, 3), dtype=np.uint16)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png16(values)))), values >> 8)
