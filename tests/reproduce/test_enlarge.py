from pathlib import Path

import pytest
from PIL import Image

from inr_cli.config.experiment import Experiment, Minutes
from inr_cli.engine.train import train
from inr_cli.reproduce.enlarge import picture_of


@pytest.mark.parametrize(("size", "name"), [(60, "renders/60x60.png"), (None, "render.png")])
def test_an_experiment_may_ask_for_a_size(configure, size: int | None, name: str, tmp_path: Path) -> None:
    config = configure("image=checkerboard", "dataset.width=40", "dataset.height=40", "steps=1")
    study = Experiment(name="study/one", source="x", minutes=Minutes(), render=size)
    config = config.model_copy(update={"experiment": study})
    place = tmp_path / "run"
    place.mkdir()
    assert picture_of(train(config, place), config) == name
    assert (place / name).is_file()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([], "renders/500x500.png"),
        (["image=checkerboard", "dataset.width=20", "dataset.height=10"], "renders/500x250.png"),
        (["image=checkerboard", "dataset.width=40", "dataset.height=10"], "render.png"),
        (["task=poisson", "activation=sine"], "render.png"),
    ],
    ids=["small", "wide", "large enough", "undecided colours"],
)
def test_a_small_picture_is_shown_by_its_field(configure, words: list[str], name: str, tmp_path: Path) -> None:
    config = configure("steps=1", *words)
    place = tmp_path / "run"
    place.mkdir()
    assert picture_of(train(config, place), config) == name
    with Image.open(place / name) as image:
        assert name == "render.png" or f"renders/{image.width}x{image.height}.png" == name
