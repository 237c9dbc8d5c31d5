import math
from pathlib import Path

import pytest

from inr_cli.report.outcome import Outcome, accumulated

ROWS = ({"step": 0, "seconds": 0.1, "psnr": 8.0}, {"step": 10, "seconds": 1.0, "psnr": 26.0, "psnr_test": 20.0},
        {"step": 20, "seconds": 2.0, "psnr": 24.0}, {"step": 30, "seconds": 3.0, "psnr": 30.0})  # fmt: skip
DONE = Outcome("done", "", {"psnr": 30.0, "ssim": None, "parameters": 99, "image": "cat"}, ROWS)


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("psnr", "end", 30.0),
        ("psnr", "start", 8.0),
        ("psnr", "best", 30.0),
        ("psnr_test", "start", 20.0),
        ("psnr_test", "end", 20.0),
        ("parameters", "end", 99.0),
        ("ssim", "end", None),
        ("ssim", "best", None),
        ("image", "end", None),
        ("nothing", "end", None),
        ("seconds_to_25", "end", 1.0),
        ("seconds_to_30", "end", 3.0),
        ("steps_to_25", "end", 10.0),
        ("seconds_to_31", "end", None),
        ("steps_to_20_of_psnr_test", "end", 10.0),
        ("steps_to_21_of_psnr_test", "end", None),
    ],
)
def test_a_figure_is_that_of_the_summary_or_of_the_curve(name: str, at: str, value: float | None) -> None:
    assert DONE.figure(name, at) == value  # type: ignore[arg-type]


def test_a_curve_has_the_values_that_were_measured() -> None:
    assert DONE.curve("psnr_test") == [20.0]
    assert DONE.steps("psnr_test") == [10]
    assert DONE.steps("psnr_accumulated") == [0, 10, 20, 30]


def test_a_psnr_that_is_never_reset_is_that_of_the_mean_error_so_far() -> None:
    """Two pictures' worth of pixels with errors 1/10 and 1/1000: the mean is 0.0505."""
    assert accumulated([10.0, 30.0]) == pytest.approx([10.0, -10 * math.log10((0.1 + 0.001) / 2)])
    assert accumulated([25.0] * 5) == pytest.approx([25.0] * 5)
    assert accumulated([]) == []
    final = DONE.figure("psnr_accumulated")
    assert final is not None
    assert 8.0 < final < 8.0 + 10 * math.log10(len(ROWS)) + 0.2, "the first error alone weighs a quarter"


def test_a_folder_is_read_as_far_as_it_was_written(tmp_path: Path) -> None:
    assert Outcome.of(tmp_path) == Outcome("done", "", {}, ())
    (tmp_path / "metrics.csv").write_text("step,seconds,lr,loss,psnr,ssim\n0,0.1,,,9.5,\n5,0.2,0.001,0.1,12,\n")
    outcome = Outcome.of(tmp_path, "diverged", "too fast")
    assert outcome.curve("psnr") == [9.5, 12]
    assert outcome.curve("loss") == [0.1]
    assert (outcome.status, outcome.reason, outcome.summary) == ("diverged", "too fast", {})
