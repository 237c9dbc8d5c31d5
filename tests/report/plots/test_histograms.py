from functools import partial
from io import BytesIO
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from inr_cli.report.plots.figure import DPI
from inr_cli.report.plots.histograms import MARGIN, ROW, Layer, arcsine, histograms, normal

RANDOM = np.random.default_rng(0)
SHIFTS = np.array([-2.0, 0.3, 1.0])


class Passed(NamedTuple):
    inputs: np.ndarray
    outputs: np.ndarray
    shifts: np.ndarray | None


@pytest.mark.parametrize(
    ("below", "values"),
    [
        (partial(normal, shifts=np.zeros(1)), RANDOM.normal(size=100_000)),
        (partial(normal, shifts=SHIFTS), RANDOM.normal(size=100_000) + RANDOM.choice(SHIFTS, 100_000)),
        (arcsine, np.sin(RANDOM.uniform(0, 2 * np.pi, size=100_000))),
    ],
    ids=["normal", "shifted", "arcsine"],
)
def test_the_theory_is_the_share_of_random_values_below(below, values: np.ndarray) -> None:
    edges = np.linspace(-1.2, 1.2, 13)
    measured = (values[:, None] < edges).mean(axis=0)
    np.testing.assert_allclose(below(edges), measured, atol=5e-3)  # three standard errors of 100,000 values


def test_every_layer_has_its_row() -> None:
    pytest.importorskip("matplotlib")
    pair = Passed(RANDOM.normal(size=500), np.sin(RANDOM.normal(size=500)), SHIFTS)
    for count in (1, 3):
        data = histograms([Layer(pair, pair)] * count, "siren", in_radians=True)
        assert data
        with Image.open(BytesIO(data)) as image:
            assert image.height == pytest.approx(DPI * (MARGIN + ROW * count), abs=1)


def test_values_that_are_all_alike_are_drawn_as_well() -> None:
    """The hidden layers of a dead network."""
    pytest.importorskip("matplotlib")
    dead = Passed(np.zeros(100), np.zeros(100), None)
    assert histograms([Layer(dead, dead)], "dead", in_radians=False)
    assert histograms([Layer(dead, None)], "dead, not trained", in_radians=False)
