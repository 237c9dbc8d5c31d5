from itertools import combinations

import numpy as np
import pytest
from PIL import ImageColor

from inr_cli.report.plots.figure import COLOURS, DASHES, colours

TO_LMS = np.array([[0.3139902162, 0.6395129383, 0.0464975462],
                   [0.1553724063, 0.7578944615, 0.0867014186],
                   [0.0177523873, 0.1094420944, 0.8725692246]])  # fmt: skip
"""Linear sRGB to the eye's three cones (Smith and Pokorny 1975)."""


def linear(srgb: np.ndarray) -> np.ndarray:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def seen(srgb: np.ndarray, missing: int) -> np.ndarray:
    """What the two cones that are left make of colours."""
    return np.delete((linear(srgb) @ TO_LMS.T) ** (1 / 2.4), missing, axis=1)


@pytest.mark.parametrize("missing", [0, 1], ids=["protanopia", "deuteranopia"])
@pytest.mark.parametrize("ordered", [False, True], ids=["names", "numbers"])
def test_colours_of_one_panel_are_told_apart_without_red_or_green_cones(missing: int, ordered: bool) -> None:
    """Seen by the two cones that are left, any two differ by more than a twentieth of white's range."""
    if ordered:
        pytest.importorskip("matplotlib")
    palette = colours(len(COLOURS), ordered)
    srgb = np.array([ImageColor.getrgb(one) if isinstance(one, str) else 255 * np.array(one[:3]) for one in palette])
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen(srgb / 255, missing), 2)) > 0.05
    assert len(set(DASHES)) == len(DASHES)


@pytest.mark.parametrize("count", [1, 2, 6])
def test_what_has_an_order_gets_lighter_and_stays_off_white(count: int) -> None:
    pytest.importorskip("matplotlib")
    palette = np.array([one[:3] for one in colours(count, ordered=True)])
    luminance = linear(palette) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > 0.02).all()
    assert luminance.max() < 0.65


def test_names_go_round_the_palette() -> None:
    assert list(colours(10, ordered=False)) == [*COLOURS, *COLOURS[:2]]
