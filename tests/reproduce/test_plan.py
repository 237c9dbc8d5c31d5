import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.config.experiment import Experiment, Minutes, Quick
from inr_cli.reproduce.plan import Options, experiments, plan, plans, smoke

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
    assert not options.is_judged
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
    with pytest.raises(ConfigError, match=r"^drawing=derivative: .* Did you mean 'derivatives'\?"):
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


def test_names_and_families_stand_for_experiments(own) -> None:
    for name in ("study/one", "study/two", "other/three"):
        own(name)
    assert [one.name for one in experiments(["study"])] == ["study/one", "study/two"]
    assert [one.name for one in experiments(["study/two", "study"])] == ["study/two", "study/one"]
    assert {"study/one", "other/three", "first_look/siren"} <= {one.name for one in experiments([])}


@pytest.mark.parametrize(
    ("names", "said"), [(["studi/one"], "Did you mean 'study/one'?"), (["stud"], "no such experiment")]
)
def test_a_name_that_is_not_there_is_refused(own, names: list[str], said: str) -> None:
    own("study/one")
    with pytest.raises(ConfigError) as caught:
        plans(names, Options())
    assert said in str(caught.value)


def test_an_experiment_without_a_quick_form_is_refused_where_it_alone_is_meant(own) -> None:
    own("study/one")
    with pytest.raises(ConfigError, match="no quick form"):
        plans(["study/one"], Options(quick=True))


def test_what_cannot_be_run_is_refused_before_anything_is_run(own) -> None:
    own("study/one")
    own("study/two", "  variants: {good: [seed=1], bad: [encoding=identity]}\n")
    with pytest.raises(ConfigError, match=r"^experiment=study/two variant=bad: "):
        plans(["study"], Options())


def test_a_family_is_stood_for_by_the_one_marked_or_its_first() -> None:
    def made(name: str, quick: bool, marked: bool = False) -> Experiment:
        form = Quick(words=(), smoke=marked) if quick else None
        return Experiment(name=name, source="x", minutes=Minutes(), quick=form)

    found = [made("a/1", False), made("a/2", True), made("a/3", True), made("b/1", True), made("b/2", True, True)]
    assert {family: one.name for family, one in smoke(found).items()} == {"a": "a/2", "b": "b/2"}
