import math

import numpy as np
import pytest

from inr_cli.signal.conventions import CONVENTIONS

RANDOM = np.random.default_rng(0)
TARGET = RANDOM.uniform(0, 0.8, (12, 17, 3)).astype(np.float32)
PREDICTION = (TARGET + RANDOM.normal(0, 0.3, TARGET.shape)).astype(np.float32)
"""Far beyond [0, 1] here and there."""


def codes(name: str) -> float:
    """As one reads it in the papers' own code, line by line."""
    x, y = TARGET.astype(float), PREDICTION.astype(float)
    if name == "coin":
        return 20 * math.log10(1) - 10 * math.log10(((y - x.clip(0, 1)) ** 2).mean())
    if name == "finer":
        return -10 * math.log10(((x - y) ** 2).mean())
    if name == "mfn":
        return 10 * math.log10(1 / ((2 * x - 1 - (2 * y - 1)) ** 2).mean())
    if name == "wire":
        return 10 * math.log10(x.max() / ((x - y) ** 2).mean())
    return 10 * math.log10(1 / ((x - y.clip(0, 1)) ** 2).mean())


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_figure_is_that_of_the_code(name: str) -> None:
    assert CONVENTIONS[name](PREDICTION, TARGET) == pytest.approx(codes(name), abs=1e-6)


def test_they_differ_by_six_decibels() -> None:
    figures = [code(PREDICTION, TARGET) for code in CONVENTIONS.values()]
    assert max(figures) - min(figures) > 6


@pytest.mark.parametrize("name", CONVENTIONS)
def test_an_exact_match_and_a_black_picture_have_a_figure(name: str) -> None:
    black = np.zeros((12, 12, 1), np.float32)
    assert math.isfinite(CONVENTIONS[name](black, black))
    assert math.isfinite(CONVENTIONS[name](black + 1, black))
