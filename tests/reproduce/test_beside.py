import re
from pathlib import Path

import pytest

from inr_cli.config.compose import compose
from inr_cli.config.paths import own_folders
from inr_cli.engine.train import train
from inr_cli.reproduce.beside import beside


@pytest.fixture
def rows(own, tmp_path: Path):
    """The rows of a run of the experiment study/one."""

    def told(more: str, *words: str) -> dict[str, str]:
        own("study/one", more)
        typed = ["experiment=study/one", *words]
        config = compose([*typed, f"out={tmp_path}"], own_folders())
        return beside(config, typed, train(config))

    return told


def test_the_figures_shown_and_the_colours_asked_for_are_told(rows) -> None:
    told = rows("  show: [psnr, psnr_accumulated]\n  query: [[1.2, 10.5], [1.2, 200.5]]\n")
    assert list(told) == [
        "published",
        "PSNR as published, never reset (dB)",
        "colour at 1.2,10.5",
        "colour at 1.2,200.5",
    ], "psnr stands in the panel of every run"
    assert float(told["PSNR as published, never reset (dB)"]) > 0
    assert re.fullmatch(r"-?\d\.\d{3}( -?\d\.\d{3})*", told["colour at 1.2,10.5"])
    assert told["colour at 1.2,200.5"] == "outside the picture"


SET = '  grid: ["image={}"]\n  expect: [{{of: steps, published: 4, within: 1}}]\n'


@pytest.mark.parametrize(
    ("pictures", "words", "said"),
    [
        ("face", [], "steps 4 ± 1, measured 4"),
        ("face,checkerboard", [], "steps 4, mean of 2 pictures; this is one of them, measured 4"),
        ("checkerboard,constant", [], "steps 4, mean of 2 pictures, measured 4"),
        ("face,constant", ["image=constant"], "steps 4, mean of 2 pictures; this is one of them, measured 4"),
        (
            "face,constant",
            ["image=constant", "steps=3"],
            "steps 4, mean of 2 pictures; this is one of them, measured 3 (changed: steps=3)",
        ),
    ],
)
def test_one_picture_is_not_held_to_the_mean_of_many(rows, pictures: str, words: list[str], said: str) -> None:
    assert rows(SET.format(pictures), *words)["published"] == said


def test_a_run_without_an_experiment_has_no_row(configure, tmp_path: Path) -> None:
    config = configure("steps=1", f"out={tmp_path}")
    assert beside(config, [], train(config)) == {}
