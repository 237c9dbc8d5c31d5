import pytest

from inr_cli.config.experiment import Experiment, Minutes
from inr_cli.reproduce.options import Options

SET = Experiment(name="a/set", source="x", minutes=Minutes(), grid=("image=cat,camera,coffee",))
STUDY = Experiment(name="a/b", source="x", minutes=Minutes())


def test_what_one_types_for_an_experiment_has_all_that_was_asked() -> None:
    assert Options(True, 3, ("seed=1",)).command("a/b") == "inr reproduce a/b --quick --steps=3 seed=1"


def test_a_look_and_a_changed_run_are_not_judged() -> None:
    assert Options(steps=3).unjudged(STUDY) == "too few steps"
    assert Options(words=("size=32", "seed=1")).unjudged(STUDY) == "changed by size=32"
    assert Options(words=("seed=1",)).unjudged(STUDY) == ""


@pytest.mark.parametrize(
    ("image", "quick", "words"),
    [
        ("image=cat", False, ["image=cat"]),
        ("image=cat,camera", False, ["image=cat,camera"]),
        ("image=coffee,cat,camera", False, []),
        ("image=astronaut", False, ["image=astronaut"]),
        ("image=coffee,cat,camera", True, ["image=coffee,cat,camera"]),  # quick forms have a picture of their own
    ],
)
def test_a_part_of_the_pictures_is_not_judged_by_what_is_said_of_their_mean(
    image: str, quick: bool, words: list[str]
) -> None:
    assert Options(quick, words=(image, "seed=1")).changed(SET) == words
