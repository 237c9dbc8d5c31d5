from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from inr_cli.config.root import RunConfig
from inr_cli.report.labels import grid_of
from inr_cli.report.plots.map import described, heat_map

LABELS = [f"encoding.count={count} encoding.scale={scale}" for count in (16, 64) for scale in (1, 4)]


def colours_of(finals: dict[str, float], config: RunConfig) -> np.ndarray:
    """The most frequent colours but white, of cells where those are larger than the letters on them."""
    grid = grid_of(LABELS)
    assert grid
    with Image.open(BytesIO(heat_map(grid, finals, "PSNR (dB)", config))) as image:
        pixels, counts = np.unique(np.array(image.convert("RGB")).reshape(-1, 3), axis=0, return_counts=True)
    return pixels[(counts > 5000) & (pixels.min(axis=1) < 255)]


def test_equal_figures_have_equal_colours_and_what_is_missing_none(configure: Callable[..., RunConfig]) -> None:
    pytest.importorskip("matplotlib")
    config = configure("encoding=gaussian")
    assert len(colours_of(dict(zip(LABELS, [1, 2, 3, 4], strict=True)), config)) == 4
    assert len(colours_of(dict(zip(LABELS, [1, 1, 3, 3], strict=True)), config)) == 2
    assert len(colours_of(dict(zip(LABELS[:3], [1, 2, 3], strict=True)), config)) == 3
    assert len(colours_of(dict.fromkeys(LABELS, 7.0), config)) == 1


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("encoding.scale", "scale: standard deviation of B in cycles per picture side"),
        ("scale", "scale: standard deviation of B in cycles per picture side"),
        ("loss.terms.mse", "terms.mse"),
        ("encoding.count", "count: number of random frequencies"),
        ("network.hidden_layers", "hidden_layers: hidden-to-hidden layers"),
        ("encoding.nothing", "nothing"),
    ],
)
def test_an_axis_says_what_its_key_means_and_its_unit(key: str, told: str, configure: Callable[..., RunConfig]) -> None:
    assert described(configure("encoding=gaussian"), key) == told


def test_a_key_of_the_run_itself_is_described_too(configure: Callable[..., RunConfig]) -> None:
    assert described(configure(), "seed").startswith("seed: ")
