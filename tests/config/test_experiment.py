from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from inr_cli.config.compose import combinations, compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.experiment import KINDS, Bound, Check, Experiment
from inr_cli.config.root import check_root, plain
from inr_cli.config.words import prepare, without

CHECKS: TypeAdapter[Check] = TypeAdapter(Check)
YAML = """# @package _global_
# A study: a face, twice; none published; 2 CPU cores 1 min.
defaults:
  - override /dataset: synthetic
image: face
steps: 7
experiment:
  name: study/{name}
  source: a study
  minutes: {{gpu: null, cpu: 1}}
{more}"""
FORMS = """  grid: ["seed=0,1"]
  variants:
    plain: [encoding=identity]
    waves: [encoding=gaussian, scale=3, epochs=2]
    siren: [encoding=identity, activation=sine, init.first=normal]
  expect:
    - {of: psnr, variant: waves seed=1, published: 20, within: 0.5}
    - {of: psnr, order: [plain seed=0, waves seed=0]}
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A folder with the experiments study/one, which has one form, and study/many."""
    folder = tmp_path / "experiment" / "study"
    folder.mkdir(parents=True)
    for name, more in (("one", ""), ("many", FORMS)):
        (folder / f"{name}.yaml").write_text(YAML.format(name=name, more=more))
    return str(tmp_path)


@pytest.mark.parametrize(
    ("given", "passes", "fails"),
    [
        ({"published": 30.0, "within": 0.5}, [29.5, 30.5], [29.49, 30.51]),
        ({"above": 20}, [20.1], [20.0, 19.0]),
        ({"below": 20}, [19.9], [20.0, 21.0]),
        ({"below": "20"}, [19.9], [20.0, 21.0]),
        ({"flat": 1.0}, [0.0, 0.99], [1.0]),
        ({"unsteady": 3.0}, [3.1], [3.0, 0.0]),
        ({"steady": 3.0}, [3.0, 0.0], [3.1]),
        ({"order": ["a", "b"]}, [0.1], [0.0, -1.0]),
        ({"order": ["a", "b"], "by": 0.5}, [0.5, 2.0], [0.4, -1.0]),
        ({"equal": ["a", "b"], "within": 0.5}, [0.0, 0.5], [0.6]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_an_expectation_holds_up_to_its_bound(given: dict[str, Any], passes: list[float], fails: list[float]) -> None:
    check = CHECKS.validate_python({"of": "psnr", **given})
    assert type(check) is KINDS[next(key for key in given if key in KINDS)]
    assert all(check.holds(value) for value in passes)
    assert not any(check.holds(value) for value in fails)
    assert all(str(part) in check.wanted() for part in ("a", "b") if {"order", "equal"} & set(given))
    again = CHECKS.dump_python(check, mode="json")
    assert CHECKS.validate_python(again) == check
    assert None not in again.values()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"above": 1, "below": 3},
        {"published": 30},
        {"within": 30},
        {"above": "so much"},
        {"below": True},
        {"above": float("nan")},
        {"order": ["alone"]},
        {"equal": ["alone"], "within": 1},
        {"equal": ["a", "b"]},
        {"above": 3, "tolerance": 2},
        {"above": 3, "at": "middle"},
        {"flat": 0},
        {"flat": 1, "at": "best"},
        {"above": 3, "of": "__class__"},
    ],
)
def test_what_is_not_exactly_one_check_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CHECKS.validate_python({"of": "psnr", **given})


@pytest.mark.parametrize(("word", "lower", "higher"), [("below", True, False), ("above", False, True)])
def test_a_limit_may_be_another_figure_and_gives_way_to_what_was_measured_of_it(
    word: str, lower: bool, higher: bool
) -> None:
    check = CHECKS.validate_python({"of": "psnr_test", word: "psnr_bicubic"})
    assert isinstance(check, Bound)
    assert check.limit == "psnr_bicubic"
    assert check.wanted() == f"{word} psnr_bicubic"
    assert CHECKS.validate_python(CHECKS.dump_python(check, mode="json")) == check
    settled = check.against(26.2)
    assert (settled.holds(26.1), settled.holds(26.3)) == (lower, higher)
    assert settled == CHECKS.validate_python({"of": "psnr_test", word: 26.2})


def test_an_order_says_once_what_its_forms_have_in_common() -> None:
    order = ["x=1 y=2", "x=2 y=2", "study/one: x=3 y=2"]
    told = CHECKS.validate_python({"of": "psnr", "order": order, "by": 0.5, "at": "best"}).wanted()
    assert told == "x=1 < x=2 < study/one: x=3, y=2, each by 0.5"


def test_a_form_may_be_called_by_a_number() -> None:
    assert CHECKS.validate_python({"of": "psnr", "variant": 64, "above": 3}).variant == "64"


def test_a_run_has_the_section_of_its_experiment_and_none_without(own: str) -> None:
    assert compose([]).experiment is None
    section = compose(["experiment=study/many"], (own,)).experiment
    assert isinstance(section, Experiment)
    assert (section.name, section.family, section.minutes.cpu, section.minutes.gpu) == ("study/many", "study", 1, None)
    assert section.sweep == ["variant=plain,waves,siren", "seed=0,1"]
    assert compose(["experiment=study/one"], (own,)).experiment.sweep == []  # type: ignore[union-attr]


def test_the_section_is_kept_in_the_configuration_left_behind(own: str) -> None:
    config = compose(["experiment=study/many"], (own,))
    data = plain(config)
    assert data["experiment"]["expect"][0] == {
        "of": "psnr",
        "variant": "waves seed=1",
        "at": "end",
        "published": 20.0,
        "within": 0.5,
    }
    assert check_root(data) == config


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("  expct: []\n", "experiment.expct: there is no such option"),
        ("  expect: [{of: psnr}]\n", "exactly one of published, above"),
        ("  expect: [{of: psnr, above: 1, below: 2}]\n", "exactly one of published, above"),
        ("  grid: [seed]\n", "experiment.grid.0=seed"),
        ("  variants: {a b: [seed=1]}\n", "experiment.variants.a b"),
        ("  quick: {expect: []}\n", "experiment.quick.words: a value is needed"),
    ],
)
def test_a_wrong_section_is_refused_in_one_line(own: str, more: str, named: str) -> None:
    Path(own, "experiment", "study", "wrong.yaml").write_text(YAML.format(name="wrong", more=more))
    with pytest.raises(ConfigError) as caught:
        compose(["experiment=study/wrong"], (own,))
    assert named in str(caught.value)
    assert str(caught.value).startswith("experiment.")
    assert "\n" not in str(caught.value)


# Forms


def test_a_form_is_its_words_on_top_of_the_experiment(own: str) -> None:
    config = compose(prepare(["experiment=study/many", "variant=waves"]), (own,))
    assert (config.encoding.name, config.scale, config.epochs, config.steps) == ("gaussian", 3, 2, None)
    assert config.variant == "waves"
    siren = compose(prepare(["experiment=study/many", "variant=siren"]), (own,))
    assert (siren.activation.name, siren.init.first["name"]) == ("sine", "normal")  # type: ignore[attr-defined]
    assert siren.steps == 7


def test_what_is_typed_beats_the_form(own: str) -> None:
    words = ["experiment=study/many", "variant=waves", "encoding.scale=5", "steps=3", "encoding=gaussian_learned"]
    config = compose(prepare(words), (own,))
    assert (config.steps, config.epochs, config.scale) == (3, None, None)
    assert config.encoding.name == "gaussian_learned"
    assert config.encoding.scale == 5  # type: ignore[attr-defined]


def test_no_form_is_the_experiment_as_it_stands(own: str) -> None:
    assert compose(["experiment=study/many", "variant=null"], (own,)).steps == 7


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["experiment=study/many", "variant=wave"], "Did you mean 'waves'?"),
        (["experiment=study/one", "variant=waves"], "it has none"),
        (["variant=waves"], "a run without experiment="),
    ],
)
def test_a_form_that_is_not_there_is_named(own: str, words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=r"^variant=") as caught:
        compose(prepare(words), (own,))
    assert said in str(caught.value)


def test_words_with_several_values_are_every_combination() -> None:
    assert combinations([]) == [[]]
    assert combinations(["seed=0,1", "steps=5", "encoding=basic,identity"]) == [
        [f"seed={seed}", "steps=5", f"encoding={name}"] for seed in (0, 1) for name in ("basic", "identity")
    ]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ([], ["variant=a,b", "seed=0,1", "epochs=5,10"]),
        (["seed=3"], ["variant=a,b", "epochs=5,10"]),
        (["steps=100"], ["variant=a,b", "seed=0,1"]),
        (["variant=a", "image=face"], ["seed=0,1", "epochs=5,10"]),
    ],
)
def test_a_typed_word_replaces_what_would_be_varied(typed: list[str], left: list[str]) -> None:
    assert without(["variant=a,b", "seed=0,1", "epochs=5,10"], typed) == left
