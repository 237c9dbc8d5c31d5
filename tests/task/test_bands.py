import numpy as np
import pytest
import torch

from inr_cli.signal.metrics import psnr
from inr_cli.task import crossings
from inr_cli.task.bands import Bands

PICTURE = torch.from_numpy(np.random.default_rng(0).uniform(0, 1, (32, 40, 3)).astype(np.float32))
TASK = Bands(Bands.Spec(name="bands"), PICTURE, "left", torch.Generator())


def nowhere(lines: object) -> np.ndarray:
    raise AssertionError("it asks for nothing between the pixels")


def test_every_pixel_is_a_sample() -> None:
    assert torch.equal(TASK.targets, PICTURE.reshape(-1, 3))
    assert torch.equal(TASK.coords, crossings(TASK.lines, PICTURE))
    assert TASK.seen is PICTURE


def test_what_was_blurred_away_is_missed() -> None:
    blurred = (PICTURE + PICTURE.roll(1, 0) + PICTURE.roll(1, 1) + PICTURE.roll((1, 1), (0, 1))) / 4
    figures = TASK.judge(blurred.numpy(), nowhere)
    shares = [figures[f"missed_{cycles}"] for cycles in (1, 2, 4, 8)]
    assert shares == sorted(shares)
    assert figures["psnr"] == psnr(blurred.numpy(), PICTURE.numpy())
    assert figures["psnr"] == pytest.approx(-10 * np.log10(TASK.error(blurred).item()), abs=1e-5)


def test_every_share_is_told_what_it_is_of() -> None:
    told = TASK.compared_with
    assert told["missed_4"] == "of the power at 4 up to below 8 cycles per picture side"
    assert {name for name in TASK.judge(PICTURE.numpy(), nowhere) if name.startswith("missed")} <= set(told)


def test_the_picture_itself_misses_nothing() -> None:
    figures = TASK.judge(PICTURE.numpy(), nowhere)
    assert figures["psnr"] == 300
    assert [figures[f"missed_{cycles}"] for cycles in (1, 2, 4, 8)] == [0, 0, 0, 0]
