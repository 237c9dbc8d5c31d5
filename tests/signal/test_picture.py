import numpy as np

from inr_cli.signal.picture import Picture


def test_sides_are_rows_then_columns() -> None:
    picture = Picture(np.zeros((2, 3, 4), np.float32), "tiny", "")
    assert (picture.height, picture.width, picture.channels) == (2, 3, 4)
