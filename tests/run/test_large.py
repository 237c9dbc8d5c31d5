"""A picture of 16 million pixels: fitted whole, in the memory of a small machine."""

from pathlib import Path

import numpy as np
import pytest

from inr_cli.bench.scaling import memory_of
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.write import write_bytes

SIDE = 4096
MOST = 2 * 1000**3 / 2**20
"""2 GB, in MiB."""


@pytest.mark.long
def test_a_picture_of_4096_by_4096_is_fitted_below_two_gigabytes(tmp_path: Path) -> None:
    lines = np.linspace(0, 255, SIDE)
    pixels = np.stack(np.broadcast_arrays(lines[:, None], lines, 128.0), axis=-1).astype(np.uint8)
    write_bytes(tmp_path / "large.png", encode_picture(pixels, ".png"))
    words = ("image=large.png", "size=null", "network.hidden_features=64", "steps=20")
    assert memory_of(("fit", *words), tmp_path) < MOST
