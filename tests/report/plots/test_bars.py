from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.report.plots.bars import bars
from inr_cli.report.plots.figure import COLOURS


def test_bars_are_as_long_as_their_figures() -> None:
    pytest.importorskip("matplotlib")
    with Image.open(BytesIO(bars({"a.key=1": 10.0, "a.key=2": 20.0}, "PSNR (dB)"))) as image:
        blue = (np.array(image.convert("RGB")) == ImageColor.getrgb(COLOURS[0])).all(axis=-1)
    lengths = blue.sum(axis=1)
    upper, lower = (np.median(half[half > 0]) for half in np.array_split(lengths, 2))
    assert lower / upper == pytest.approx(2, rel=0.02)
