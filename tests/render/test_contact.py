import numpy as np
import pytest

from inr_cli.render.comparison import GAP, PAPER
from inr_cli.render.contact import LABEL, LINE, WIDTH, contact_sheet


@pytest.mark.parametrize(("count", "size", "columns"), [(3, 50, 3), (30, 100, 7), (5, 600, 1)])
def test_rows_are_filled_from_the_left_as_wide_as_a_page(count: int, size: int, columns: int) -> None:
    tiles = np.random.default_rng(0).random((count, size, size))
    sheet = contact_sheet(["x"], tiles, ["1"] * count)
    rows = -(-count // columns)
    assert sheet.shape == (GAP + LINE + rows * (size + LABEL + GAP), GAP + columns * (size + GAP), 3)
    assert sheet.shape[1] <= max(WIDTH, size + 2 * GAP)
    for number in (0, count - 1):
        row, column = divmod(number, columns)
        top, left = GAP + LINE + row * (size + LABEL + GAP), GAP + column * (size + GAP)
        shown = sheet[top : top + size, left : left + size]
        np.testing.assert_allclose(shown / 255, np.dstack([tiles[number]] * 3), atol=0.5 / 255 + 1e-9)


def test_a_label_is_never_cut_and_never_reaches_into_the_next_one() -> None:
    short, long = (contact_sheet([], np.ones((2, 20, 20)), [label, ""]) for label in ("7", "7: 123.456, 78.9"))
    width = 20 + (long.shape[1] - short.shape[1]) // 2
    assert width > 60
    second = (long[GAP] == 255).all(axis=-1).nonzero()[0][20]
    assert second == GAP + width + GAP
    assert (long[:, second - GAP : second] == PAPER).all()
    assert (long[GAP + 20 :, GAP : second - GAP] != PAPER).any()


def test_a_long_headline_is_not_cut() -> None:
    assert contact_sheet(["word " * 40], np.zeros((1, 10, 10)), [""]).shape[1] > 500
