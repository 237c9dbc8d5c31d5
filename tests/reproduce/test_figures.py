from typing import Any

from inr_cli.report.headings import heading
from inr_cli.reproduce.figures import figures, legend


def form(compared_with: dict[str, str], **values: float) -> dict[str, Any]:
    means = {name: {"mean": value, "std": 0.0} for name, value in values.items()}
    return {"label": "", "figures": means, "compared_with": compared_with}


def test_only_what_was_measured_has_a_column() -> None:
    assert figures([form({}, psnr=21.04, seconds=3)], [], {}).splitlines()[0] == "| form | PSNR (dB) | training (s) |"
    assert figures([form({})], [], {}) == ""


def test_the_runs_say_what_each_figure_is_of() -> None:
    of = {"psnr": "the 64x64 picture shown", "psnr_test": "the 128x128 picture, hidden", "psnr_8bit": "the PNG"}
    said = legend([form(of, psnr=30, psnr_test=25), form(of, psnr=20)])
    assert said == "PSNR: the 64x64 picture shown; PSNR, hidden: the 128x128 picture, hidden."


def test_the_clock_behind_a_level_reached_is_named() -> None:
    assert "since training began" in legend([form({}, seconds_to_25=3)])
    assert legend([form({}, parameters=3)]) == ""


def test_names_are_for_a_person() -> None:
    assert heading("psnr at best") == "PSNR (dB) at best"
    assert heading("loss_ssim") == "loss ssim"
