from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from inr_cli.report.plots.parallel import curve, parallel, spaced


def test_a_line_goes_through_its_heights_and_is_level_there() -> None:
    heights = [0.0, 1.0, 0.25]
    across, up = curve(heights)
    for place, height in enumerate(heights):
        at = np.flatnonzero(across == place)
        np.testing.assert_allclose(up[at], height)
    assert abs(up[1] - up[0]) < abs(up[20] - up[19]) / 5
    assert np.all((up >= 0) & (up <= 1))


@pytest.mark.parametrize("count", [2, 100])
def test_forms_are_lines_and_a_key_of_one_value_has_no_axis(count: int) -> None:
    pytest.importorskip("matplotlib")

    def axes(more: str) -> int:
        finals = {f"a={number} b=x c={number % 3}{more}": float(number) for number in range(count)}
        with Image.open(BytesIO(parallel(finals, "PSNR (dB)"))) as image:
            grey = (np.array(image.convert("L")) == 153).mean(axis=0)  # the axes' 0.6
        return int((np.diff((grey > 0.5).astype(int)) == 1).sum())

    assert axes("") == axes(" d=same")


def test_numbers_stand_by_their_size_or_their_logarithm_and_names_evenly() -> None:
    assert spaced(["1", "2", "5"]) == pytest.approx({"1": 0.0, "2": 0.25, "5": 1.0})
    assert spaced(["0.001", "0.01", "1"]) == pytest.approx({"0.001": 0.0, "0.01": 1 / 3, "1": 1.0})
    assert spaced(["-1", "0", "99"]) == pytest.approx({"-1": 0.0, "0": 0.01, "99": 1.0})
    assert spaced(["sine", "relu", "-"]) == {"sine": 0.0, "relu": 0.5, "-": 1.0}
