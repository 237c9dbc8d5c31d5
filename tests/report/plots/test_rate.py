from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.report.plots.figure import COLOURS
from inr_cli.report.plots.rate import rate


def test_a_line_stands_higher_where_its_psnr_is() -> None:
    pytest.importorskip("matplotlib")
    lines = {"scale=1": [(1.0, 20.0), (8.0, 20.0)], "scale=2": [(1.0, 30.0), (8.0, 30.0)]}
    with Image.open(BytesIO(rate(lines, [(1.0, 25.0), (8.0, 25.0)]))) as image:
        pixels = np.array(image.convert("RGB"))
    heights = [np.median(np.nonzero((pixels == ImageColor.getrgb(one)).all(axis=-1))[0]) for one in COLOURS[:2]]
    assert heights[0] > heights[1]
