from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.report.headings import heading
from inr_cli.report.plots.figure import COLOURS
from inr_cli.report.plots.profile import parted, profile


def test_what_the_headings_share_is_said_once() -> None:
    title, ticks = parted([heading(f"missed_{octave}") for octave in (1, 2, 16)])
    assert title == "missed of ... cycles per side (share)"
    assert ticks == ["1 to 2", "2 to 4", "16 to 32"]


def test_headings_that_share_nothing_stand_whole() -> None:
    assert parted(["PSNR", "SSIM of all"]) == ("", ["PSNR", "SSIM of all"])


def test_every_form_is_a_line_from_left_to_right() -> None:
    pytest.importorskip("matplotlib")
    measured = {"relu": [0.0, 0.5, 1.0], "siren": [1.0, None, 0.0]}
    with Image.open(BytesIO(profile(measured, ["a 1", "a 2", "a 3"]))) as image:
        pixels = np.array(image.convert("RGB"))
    rows, columns = np.nonzero((pixels == ImageColor.getrgb(COLOURS[0])).all(axis=-1))
    first, last = (rows[columns == side].mean() for side in (columns.min(), columns.max()))
    assert last < first - pixels.shape[0] / 4, "1 is above 0"
