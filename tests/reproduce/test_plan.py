from pathlib import Path

import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.reproduce.meant import experiments
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import plan, plans, plans_of

FORMS = """  variants: {plain: [encoding=gaussian_learned], waves: [scale=3]}
  grid: ["seed=0,1"]
  expect: [{of: psnr, variant: waves seed=0, above: 1}, {of: psnr, order: [study/one, "study/many: waves seed=1"]}]
  quick:
    words: [seed=5, steps=2]
    expect: [{of: psnr, variant: waves, above: 1}]
"""


def test_one_form_is_one_run(own) -> None:
    own("study/one")
    [plan] = plans(["study/one"], Options())
    [job] = plan.jobs
    assert (job.label, job.words, job.command) == ("", ("experiment=study/one",), "inr fit experiment=study/one")
    assert (job.config.steps, job.config.image) == (4, "face")
    assert plan.title.startswith("A study: the face")
    assert plan.checks == ()


def test_forms_are_variants_times_grid_called_by_what_varies(own) -> None:
    own("study/many", FORMS)
    [plan] = plans(["study/many"], Options())
    assert plan.labels == ["plain seed=0", "plain seed=1", "waves seed=0", "waves seed=1"]
    assert [job.config.seed for job in plan.jobs] == [0, 1, 0, 1]
    assert plan.jobs[2].command == "inr fit experiment=study/many variant=waves seed=0"
    assert plan.jobs[2].config.encoding.scale == 3
    assert [plan.looks_elsewhere(check) for check in plan.checks] == [False, True]


def test_the_quick_form_is_words_after_all_others_and_its_own_checks(own) -> None:
    own("study/many", FORMS)
    own("study/one")
    [plan] = plans(["study"], Options(quick=True))
    assert plan.experiment.name == "study/many", "what has no quick form is left out"
    assert plan.labels == ["plain", "waves"]
    assert {(job.config.seed, job.config.steps) for job in plan.jobs} == {(5, 2)}
    assert plan.checks[0].wanted() == "above 1"
    assert Options(quick=True).command("study/many") == "inr reproduce study/many --quick"


def test_typed_words_come_last_of_all(own) -> None:
    own("study/many", FORMS)
    [plan] = plans(["study/many"], Options(quick=True, words=("seed=9", "variant=waves")))
    assert [(job.label, job.config.seed) for job in plan.jobs] == [("waves", 9)]


def test_a_set_of_pictures_is_one_form(own) -> None:
    own("study/set", '  grid: ["image=all", "scale=1,2"]\n')
    [plan] = plans(["study/set"], Options())
    assert plan.labels == ["scale=1", "scale=2"]
    assert len(plan.jobs) == 12
    assert {job.config.image for job in plan.jobs} >= {"face", "checkerboard"}
    [typed] = plans(["study/set"], Options(words=("image=face",)))
    assert len(typed.jobs) == 2


def test_a_look_has_that_many_steps_of_the_first_picture(own) -> None:
    own("study/set", '  grid: ["image=face,checkerboard", "epochs=1,2"]\n')
    options = Options(steps=3)
    [plan] = plans(["study/set"], options)
    assert [(job.label, job.config.image, job.config.steps) for job in plan.jobs] == [("", "face", 3)]
    assert options.is_look
    assert options.command("x") == "inr reproduce x --steps=3"


def test_a_drawing_is_of_the_first_picture_of_its_form(own) -> None:
    own(
        "study/set",
        """  grid: ["image=face,checkerboard", "scale=1,2"]
  draw: [{what: derivatives}, {what: activations, variant: scale=2}, {what: derivatives, variant: scale=2}]
""",
    )
    [plan] = plans(["study/set"], Options())
    drawn = {(job.label, job.config.image): job.draw for job in plan.jobs if job.draw}
    assert drawn == {("scale=1", "face"): ("derivatives",), ("scale=2", "face"): ("activations", "derivatives")}


def test_a_drawing_that_there_is_not_is_refused(own) -> None:
    own("study/one", "  draw: [{what: derivative}]\n")
    with pytest.raises(ConfigError, match=r"one\.yaml: drawing=derivative: .* Did you mean 'derivatives'\?"):
        plans(["study/one"], Options())


def test_the_quick_form_asks_for_the_colours_of_its_own_places(own) -> None:
    own("study/one", "  query: [[1.2, 200.5]]\n  quick: {words: [size=8], query: [[1, 2]]}\n")
    full, quick = (plans(["study/one"], Options(quick=chosen))[0].query for chosen in (False, True))
    assert (full, quick) == (((1.2, 200.5),), ((1, 2),))


def test_a_plan_by_itself_composes_nothing_yet(own) -> None:
    own("study/one", "  variants: {good: [seed=1], bad: [encoding=identity]}\n")
    [experiment] = experiments(["study/one"])
    good, bad = plan(experiment, Options(), "").jobs
    assert good.config.seed == 1
    with pytest.raises(ConfigError, match=r"^experiment=study/one variant=bad: "):
        _ = bad.config


def test_an_experiment_without_a_quick_form_is_refused_where_it_alone_is_meant(own) -> None:
    own("study/one")
    with pytest.raises(ConfigError, match="no quick form"):
        plans(["study/one"], Options(quick=True))


def test_what_cannot_be_run_is_refused_before_anything_is_run(own) -> None:
    own("study/one")
    own("study/two", "  variants: {good: [seed=1], bad: [encoding=identity]}\n")
    with pytest.raises(ConfigError, match=r"experiment/study/two\.yaml: experiment=study/two variant=bad: "):
        plans(["study"], Options())


def test_what_has_no_quick_form_is_told(own) -> None:
    own("study/many", FORMS)
    own("study/one")
    left: dict[str, str] = {}
    plans(["study"], Options(quick=True), left.__setitem__)
    assert left == {"study/one": "no quick form"}


def test_a_broken_yaml_of_ones_own_stops_only_those_who_ask_for_it(own, tmp_path: Path) -> None:
    own("study/one", "  grid: [[]]\n")
    own("study/two")
    left: dict[str, str] = {}
    found = plans_of(["study/one", "study/two"], Options(), left.__setitem__, asked=False)
    assert [plan.experiment.name for plan in found] == ["study/two"]
    assert left["study/one"].startswith(f"{tmp_path / 'own/experiment/study/one.yaml'}: ")
    with pytest.raises(ConfigError, match=r"experiment/study/one\.yaml: "):
        plans(["study/one"], Options())


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("out=here", "--out DIR"),
        ("experiment=study/one", "by their names"),
        ("jobs=2", "one after the other"),
        ("seed=0,1", "a sweep of one experiment, inr fit -m"),
    ],
)
def test_words_that_no_run_can_take_are_refused(own, word: str, said: str) -> None:
    own("study/one")
    with pytest.raises(ConfigError) as caught:
        plans(["study/one"], Options(words=(word,)))
    assert str(caught.value).startswith(f"{word}: ")
    assert said in str(caught.value)
