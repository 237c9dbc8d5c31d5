from dataclasses import replace
from typing import Any

import pytest
from pydantic import TypeAdapter

from inr_cli.config.experiment import Check, Experiment, Minutes
from inr_cli.report.outcome import Outcome
from inr_cli.reproduce.judge import Verdict, overall, spread, verdict, verdicts
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import Job, Plan

CHECKS: TypeAdapter[Check] = TypeAdapter(Check)
NAME = "study/many"


def done(*curve: float, **figures: Any) -> Outcome:
    rows = tuple({"step": float(step), "seconds": float(step), "psnr": value} for step, value in enumerate(curve))
    return Outcome("done", "", {"psnr": curve[-1], **figures}, rows)


OUTCOMES = {
    (NAME, "low"): [done(5, 10)],
    (NAME, "high"): [done(9, 31, 20)],
    (NAME, "two"): [done(5, 10), done(5, 14)],
    (NAME, "beside"): [
        done(10, psnr_bicubic=12.0, psnr_srgan=None, compared_with={"psnr_srgan": "not run: no weights, give FILE"}),
        done(14, psnr_bicubic=13.0, psnr_srgan=None, compared_with={"psnr_srgan": "not run: no weights, give FILE"}),
    ],
    (NAME, "lost"): [Outcome("not run", "no download", {}, ())],
    (NAME, "half"): [done(5, 10), Outcome("not run", "not reached", {}, ())],
    (NAME, "wild"): [Outcome("diverged", "too fast", {}, ())],
    ("study/other", ""): [done(40)],
}
LABELS = tuple(label for name, label in OUTCOMES if name == NAME)


def plan(*checks: dict[str, Any], labels: tuple[str, ...] = LABELS) -> Plan:
    jobs = tuple(Job(NAME, label, ()) for label in labels)
    experiment = Experiment(name=NAME, source="x", minutes=Minutes())
    return Plan(
        experiment, "A study.", jobs, tuple(CHECKS.validate_python({"of": "psnr", **check}) for check in checks)
    )


def judged(steps: int | None = None, words: tuple[str, ...] = (), **check: Any) -> Verdict:
    made = plan(check)
    return verdict(made.checks[0], made, OUTCOMES, Options(steps=steps, words=words))


@pytest.mark.parametrize(
    ("check", "measured", "word"),
    [
        ({"variant": "low", "published": 11, "within": 1}, 10, "pass"),
        ({"variant": "low", "published": 12, "within": 1}, 10, "FAIL"),
        ({"variant": "two", "above": 11.9}, 12, "pass"),
        ({"variant": "high", "above": 30, "at": "best"}, 31, "pass"),
        ({"variant": "high", "below": 30, "at": "start"}, 9, "pass"),
        ({"variant": "high", "unsteady": 10}, 11, "pass"),
        ({"variant": "high", "steady": 10}, 11, "FAIL"),
        ({"variant": "low", "flat": 5}, 5, "FAIL"),
        ({"variant": "low", "flat": 5.1}, 5, "pass"),
        ({"order": ["low", "two", "high"], "by": 2}, 2, "pass"),
        ({"order": ["low", "two", "high"], "by": 2.5}, 2, "FAIL"),
        ({"order": ["high", "low"]}, -10, "FAIL"),
        ({"order": ["high", "low"], "at": "start"}, -4, "FAIL"),
        ({"order": ["low", "high"], "at": "best", "by": 15}, 21, "pass"),
        ({"order": ["low", "study/other"]}, 30, "pass"),
        ({"equal": ["low", "two"], "within": 2}, 2, "pass"),
        ({"equal": ["two", "low"], "within": 1.9}, 2, "FAIL"),
        ({"equal": ["low", "two"], "within": 0, "at": "start"}, 0, "pass"),
        ({"order": ["low", "study/many: high"]}, 10, "pass"),
        ({"of": "seconds_to_25", "variant": "high", "below": 2}, 1, "pass"),
        ({"variant": "beside", "below": "psnr_bicubic"}, 12, "pass"),  # 12.5, its mean over the pictures
        ({"variant": "beside", "above": "psnr_bicubic"}, 12, "FAIL"),
        ({"variant": "high", "at": "best", "above": "psnr"}, 31, "pass"),
    ],
)
def test_what_was_measured_is_held_to_what_is_expected(check: dict[str, Any], measured: float, word: str) -> None:
    found = judged(**check)
    assert (found.measured, found.word, found.reason) == (pytest.approx(measured), word, "")


@pytest.mark.parametrize(
    ("check", "word", "reason"),
    [
        ({"variant": "lost", "above": 1}, "not run", "no download"),
        ({"variant": "half", "above": 1}, "not run", "not reached"),
        ({"variant": "wild", "above": 1}, "FAIL", "too fast"),
        ({"order": ["low", "study/other: form"]}, "not judged", "study/other: form was not run along"),
        ({"of": "ssim_test", "variant": "low", "above": 0}, "FAIL", "the run has no such figure"),
        ({"of": "seconds_to_25", "variant": "low", "below": 9}, "FAIL", "never reached 25 dB"),
        ({"of": "loss", "variant": "low", "flat": 9}, "FAIL", "the run has no such figure"),
        ({"variant": "low", "below": "psnr_bicubic"}, "FAIL", "the run has no such figure"),
        ({"of": "psnr_srgan", "variant": "beside", "above": 1}, "not run", "no weights, give FILE"),
    ],
)
def test_what_was_not_measured_has_the_reason(check: dict[str, Any], word: str, reason: str) -> None:
    found = judged(**check)
    assert (found.measured, found.word, found.reason) == (None, word, reason)


def test_a_look_is_not_judged() -> None:
    assert judged(3, variant="low", above=99).word == "not judged"
    never_so_high = judged(3, of="seconds_to_25", variant="low", below=9)
    assert (never_so_high.word, never_so_high.reason) == ("not judged", "too few steps")
    assert judged(3, variant="wild", above=1).word == "FAIL"


def test_a_run_that_was_changed_is_not_judged_and_says_by_what() -> None:
    found = judged(words=("size=32", "device=cpu", "epochs=2"), variant="low", above=99)
    assert (found.word, found.reason, found.measured) == ("not judged", "changed by size=32 epochs=2", 10)
    assert judged(words=("device=cpu", "seed=3"), variant="low", above=99).word == "FAIL"


def test_the_full_forms_figure_stands_beside_the_quick_ones_bound() -> None:
    made = plan({"variant": "low", "above": 9}, {"variant": "two", "above": 9})
    full = CHECKS.validate_python({"of": "psnr", "variant": "low", "published": 55.8, "within": 3})
    held = replace(made, experiment=made.experiment.model_copy(update={"expect": (full,)}))
    low, two = verdicts(held, OUTCOMES, Options(quick=True))
    assert (low.published, low.source, low.expected, low.word) == (55.8, "55.8", "above 9", "pass")
    assert (two.published, two.source) == (None, "-")


def test_a_verdict_says_what_was_published_and_what_is_compared() -> None:
    assert judged(variant="low", published=11, within=1).published == 11
    assert judged(variant="low", above=11).published is None
    assert judged(variant="low", above=11, at="best").of == "psnr at best"
    assert judged(order=["low", "study/other"]).across
    assert not judged(order=["low", "high"]).across
    assert judged(variant="beside", below="psnr_bicubic").expected == "below psnr_bicubic, 12.5"
    assert judged(variant="wild", below="psnr_bicubic").expected == "below psnr_bicubic"


def test_an_experiment_without_checks_shows_what_came_out() -> None:
    found = verdicts(plan(labels=("low", "two", "lost", "wild")), OUTCOMES, Options())
    assert [(one.label, one.measured, one.word) for one in found] == [
        ("low", 10, "none published"),
        ("two", 12, "none published"),
        ("lost", None, "not run"),
        ("wild", None, "FAIL"),
    ]


@pytest.mark.parametrize("options", [Options(), Options(quick=True, words=("seed=1",))])
def test_a_comparison_without_its_partners_is_not_judged_and_says_what_to_type(options: Options) -> None:
    made = plan({"order": ["study/third", "low", "study/fourth: form", "study/other"]}, {"variant": "low", "above": 1})
    found = verdicts(made, OUTCOMES, options)
    lacking = "without study/third, study/fourth; {} compares them"
    assert (found[0].word, found[0].measured) == ("not judged", None)
    assert found[0].reason == lacking.format(options.command(NAME, "study/third", "study/fourth"))
    assert overall(found, OUTCOMES[NAME, "low"]) == "pass", "what could be judged came out as expected"


def test_a_comparison_of_a_run_that_diverged_fails_with_or_without_its_partners() -> None:
    for partner in ("low", "study/third"):
        found = judged(order=["wild", partner])
        assert (found.word, found.reason) == ("FAIL", "too fast")


def test_a_look_without_partners_is_a_look() -> None:
    found = judged(3, order=["low", "study/third"])
    assert (found.word, found.reason) == ("not judged", "too few steps")


def test_the_checks_that_were_judged_stand_for_all() -> None:
    words = ["none published", "not run", "not judged", "pass", "FAIL"]
    found = [Verdict("psnr", "", None, "", False, None, word) for word in words]  # type: ignore[arg-type]
    assert [overall(found[: number + 1]) for number in range(5)] == words


def test_an_experiment_with_a_run_missing_does_not_pass() -> None:
    passed = [judged(variant="low", above=1)]
    assert overall(passed, OUTCOMES[NAME, "low"]) == "pass"
    assert overall(passed, OUTCOMES[NAME, "half"]) == "not run"


def test_the_mean_over_pictures_has_its_spread() -> None:
    assert spread("psnr", OUTCOMES[NAME, "two"]) == (12, 2)
    assert spread("psnr", OUTCOMES[NAME, "half"]) is None
    assert spread("ssim", OUTCOMES[NAME, "two"]) is None
