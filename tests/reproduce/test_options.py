from inr_cli.config.experiment import Experiment, Minutes
from inr_cli.reproduce.options import Options

STUDY = Experiment(name="a/b", source="x", minutes=Minutes())


def test_what_one_types_for_an_experiment_has_all_that_was_asked() -> None:
    assert Options(True, 3, ("seed=1",)).command("a/b") == "inr reproduce a/b --quick --steps=3 seed=1"


def test_a_look_and_a_changed_run_are_not_judged() -> None:
    assert Options(steps=3).unjudged(STUDY) == "too few steps"
    assert Options(words=("size=32", "seed=1")).unjudged(STUDY) == "changed by size=32"
    assert Options(words=("seed=1",)).unjudged(STUDY) == ""
