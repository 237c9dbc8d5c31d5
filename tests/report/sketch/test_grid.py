from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from inr_cli.report.sketch import sketches
from inr_cli.report.sketch.grid import _axis


@pytest.mark.parametrize(
    ("kind", "centres", "ends"),
    [
        ("centre", [-0.75, -0.25, 0.25, 0.75], (-1, 1)),
        ("left", [-1, -0.5, 0, 0.5], (-1.25, 0.75)),
        ("corner", [-1, -1 / 3, 1 / 3, 1], (-4 / 3, 4 / 3)),
    ],
)
def test_four_pixels_sit_where_each_convention_has_them(kind, centres: list[float], ends: tuple[float, float]) -> None:
    axis = _axis(4, kind)
    np.testing.assert_allclose(axis.centres, centres)
    np.testing.assert_allclose(axis.edges[[0, -1]], ends)
    np.testing.assert_allclose((axis.edges[1:] + axis.edges[:-1]) / 2, centres)


@pytest.mark.parametrize(("upper", "lower"), [("centre", "left"), ("left", "corner")])
def test_the_name_of_the_chosen_convention_is_bold(configure, upper: str, lower: str) -> None:
    """Two sheets differ in two names: in the upper one the first has more ink, in the lower one the second."""
    pytest.importorskip("matplotlib")
    ink = []
    for kind in (upper, lower):
        [(_, data)] = sketches.find("grid")().pictures(configure(f"grid={kind}"), 0)
        with Image.open(BytesIO(data)) as image:
            ink.append(255.0 - np.array(image.convert("L")).astype(float))
    rows = np.flatnonzero((ink[0] != ink[1]).any(axis=1))
    half = rows < rows.mean()
    assert ink[0][rows[half]].sum() > ink[1][rows[half]].sum()
    assert ink[0][rows[~half]].sum() < ink[1][rows[~half]].sum()
