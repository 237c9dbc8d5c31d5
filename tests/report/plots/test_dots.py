from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageColor

from inr_cli.report.plots.dots import dots
from inr_cli.report.plots.figure import COLOURS


def places(rows: dict[str, dict[str, float | None]]) -> list[np.ndarray]:
    """Rows and columns of the pixels of each colour below the legend."""
    with Image.open(BytesIO(dots(rows, "seconds"))) as image:
        pixels = np.array(image.convert("RGB"))[40:]
    return [np.argwhere((pixels == ImageColor.getrgb(colour)).all(axis=-1)) for colour in COLOURS[:2]]


def test_ten_times_as_much_is_as_far_wherever_it_stands_and_rows_go_down() -> None:
    pytest.importorskip("matplotlib")
    quick, slow = places({"a": {"quick": 1.0}, "b": {"quick": 10.0, "slow": 100.0}})
    split = np.median(slow[:, 0]) - 10
    above, below = (quick[(quick[:, 0] < split) == upper].mean(axis=0) for upper in (True, False))
    assert above[0] < below[0] == pytest.approx(slow[:, 0].mean(), abs=1)
    assert slow[:, 1].mean() - below[1] == pytest.approx(below[1] - above[1], abs=1)


def test_what_is_missing_has_no_dot() -> None:
    pytest.importorskip("matplotlib")
    quick, slow = places({"a": {"quick": 1.0, "slow": None}, "b": {"quick": None, "slow": None}})
    assert len(quick)
    assert not len(slow)


def test_where_nothing_was_reached_there_are_no_dots() -> None:
    pytest.importorskip("matplotlib")
    assert [len(one) for one in places({"a": {"quick": None}, "b": {"quick": None}})] == [0, 0]
