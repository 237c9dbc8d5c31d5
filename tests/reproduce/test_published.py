import pytest
from pydantic import TypeAdapter

from inr_cli.config.experiment import Check, Experiment, Minutes
from inr_cli.reproduce.published import figure_of, said, told

CHECKS: TypeAdapter[Check] = TypeAdapter(Check)
PUBLISHED = CHECKS.validate_python({"of": "psnr", "variant": "low", "published": 24.7, "within": 1})


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("A lattice: cat 128 px; published above 150 dB; CPU 1 min.", "above 150 dB"),
        ("Relu: camera; published 24.7 dB, within 1.5; GPU 2 min.", "24.7 dB"),
        ("Omega: camera; published as a plot, within 2; GPU 10 min.", "as a plot"),
        ("Cat 256 px; none published; 2 CPU cores 1 min.", ""),
    ],
)
def test_a_title_says_what_was_published(title: str, what: str) -> None:
    assert said(title) == what


@pytest.mark.parametrize(
    ("check", "figure"),
    [
        ({"variant": "low", "above": 9}, 24.7),
        ({"variant": "low", "published": 30, "within": 1}, 30),
        ({"variant": "high", "above": 9}, None),
        ({"variant": "low", "above": 9, "at": "best"}, None),
        ({"variant": "low", "flat": 9}, None),
        ({"order": ["low", "high"]}, None),
    ],
)
def test_a_figure_is_published_of_the_same_form_and_point(check: dict[str, object], figure: float | None) -> None:
    study = Experiment(name="a/b", source="x", minutes=Minutes(), expect=(PUBLISHED,))
    asked = CHECKS.validate_python({"of": "psnr", **check})
    assert figure_of(asked, study) == figure
    assert told(asked, study, "x; published 24.7 dB;") == (f"{figure:g}" if figure else "-")


def test_without_a_figure_the_title_speaks() -> None:
    study = Experiment(name="a/b", source="x", minutes=Minutes())
    check = CHECKS.validate_python({"of": "psnr", "above": 150})
    assert told(check, study, "x; published above 150 dB; CPU") == "above 150 dB"
    assert told(check, study, "x; none published; CPU") == "none"
