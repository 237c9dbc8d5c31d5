from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from inr_cli.report.plots.figure import DPI
from inr_cli.report.plots.overview import CURVES, HEADLINE, LABEL, SCALE, WIDTH, Curves, overview
from inr_cli.report.plots.overview import Image as Panel

CURVE = Curves("loss", {"a": ([0, 10], [1.0, 0.1])}, is_log=True)


@pytest.mark.parametrize(("height", "width"), [(20, 30), (1, 300), (300, 1)], ids=["usual", "flat", "tall"])
def test_a_page_is_as_high_as_what_is_on_it(height: int, width: int) -> None:
    pytest.importorskip("matplotlib")
    values = np.linspace(0, 1, height * width).reshape(height, width)
    panels = [Panel("one", np.dstack([values] * 3)), Panel("two", values, "dB", reach=(height / 2, width / 2))]
    with Image.open(BytesIO(overview("a run", [panels], [[CURVE, CURVE], [CURVE]]))) as page:
        shape = min(2.0, max(0.3, height / width))
        inches = HEADLINE + LABEL + SCALE + WIDTH / 2 * shape + 2 * CURVES
        assert page.height == pytest.approx(DPI * inches, abs=1)


def test_a_run_without_measurements_is_its_pictures_alone() -> None:
    pytest.importorskip("matplotlib")
    assert overview("a run", [[Panel("one", np.zeros((4, 4, 3)))]], [])
