"""Whether an experiment came out as it promises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev
from typing import Literal

from inr_cli.config.experiment import Bound, Check, Comparison, Flat, Steady, Unsteady
from inr_cli.engine.log import largest_fall
from inr_cli.report.outcome import REACHED, Outcome
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import Plan
from inr_cli.reproduce.published import NONE, figure_of, said, told

Word = Literal["pass", "FAIL", "not run", "not judged", "none published"]
STANDING: tuple[Word, ...] = ("FAIL", "pass", "not judged", "not run", "none published")
"""Which word stands for several checks: what could not be judged says nothing against those that could."""

Form = tuple[str, str]
"""An experiment's name and a form's label, empty if it has only one form."""
Outcomes = Mapping[Form, Sequence[Outcome]]
"""What came of every form: an outcome for each of its pictures."""


@dataclass(frozen=True)
class Verdict:
    """One line of the report. `across` where other experiments take part.

    `published` is the source's figure, also where a quick form is held to a bound of its own; `source` says it in
    words, or what else there is of it.
    """

    of: str
    label: str
    published: float | None
    expected: str
    across: bool
    measured: float | None
    word: Word
    reason: str = ""
    source: str = NONE


class NotMeasuredError(Exception):
    """There is no number to judge."""

    def __init__(self, word: Word, reason: str) -> None:
        super().__init__(reason)
        self.word = word
        self.reason = reason


class NoFigureError(NotMeasuredError):
    """What was run has not what it is to be judged by: one of a few steps may never reach 20 dB."""


def verdicts(plan: Plan, outcomes: Outcomes, options: Options) -> list[Verdict]:
    """One for each check; without any, what was measured of every form."""
    if not plan.checks:
        return [_unpublished(plan, label, outcomes) for label in plan.labels]
    return [verdict(check, plan, outcomes, options) for check in plan.checks]


def verdict(check: Check, plan: Plan, outcomes: Outcomes, options: Options) -> Verdict:
    """What is to be said of one check."""
    still_open = unmeasured(check, plan)
    reason = options.unjudged(plan.experiment) or _not_along(check, plan, outcomes, options)
    try:
        measured = _measure(check, plan, outcomes)
        settled, expected = _settled(check, plan, outcomes)
    except NotMeasuredError as error:
        if reason and isinstance(error, NoFigureError):
            return replace(still_open, reason=reason)
        return replace(still_open, word=error.word, reason=error.reason)
    found = replace(still_open, measured=measured, expected=expected)
    if reason:
        return replace(found, reason=reason)
    return replace(found, word="pass" if settled.holds(measured) else "FAIL")


def unmeasured(check: Check, plan: Plan) -> Verdict:
    """What can be said of a check before anything was measured."""
    at = getattr(check, "at", "end")
    return Verdict(
        of=check.of if at == "end" else f"{check.of} at {at}",
        label=check.variant or "",
        published=figure_of(check, plan.experiment),
        expected=check.wanted(),
        across=plan.looks_elsewhere(check),
        measured=None,
        word="not judged",
        source=told(check, plan.experiment, plan.title),
    )


def overall(found: Sequence[Verdict], runs: Iterable[Outcome] = ()) -> Word:
    """One word for all; a run that is missing counts, whether it is checked or not."""
    words = {verdict.word for verdict in found}
    if "FAIL" not in words and any(run.status == "not run" for run in runs):
        return "not run"
    return next(word for word in STANDING if word in words)


def spread(name: str, outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    """Mean and standard deviation of a final figure over the pictures, None unless every one has it."""
    values = [outcome.figure(name) for outcome in outcomes]
    known = [value for value in values if value is not None]
    return (fmean(known), pstdev(known)) if known and len(known) == len(values) else None


def _unpublished(plan: Plan, label: str, outcomes: Outcomes) -> Verdict:
    head, source = ("psnr", label, None, "-", False), said(plan.title) or NONE
    try:
        form = _done((plan.experiment.name, label), outcomes)
        levels = [_number(outcome.figure("psnr"), outcome, "psnr") for outcome in form]
    except NotMeasuredError as error:
        return Verdict(*head, None, error.word, error.reason, source)
    return Verdict(*head, fmean(levels), "none published", source=source)


def _measure(check: Check, plan: Plan, outcomes: Outcomes) -> float:
    """The number that the check is about, averaged over pictures. Raises `NotMeasuredError`."""
    if isinstance(check, Comparison):
        return check.measure([_level(check, _form(item, plan), outcomes) for item in check.items])
    return _level(check, (plan.experiment.name, check.variant or ""), outcomes)


def _level(check: Check, form: Form, outcomes: Outcomes) -> float:
    """The number that the check is about, of one form. Raises `NotMeasuredError`."""
    return fmean(_number(_of_run(check, outcome), outcome, check.of) for outcome in _done(form, outcomes))


def _not_along(check: Check, plan: Plan, outcomes: Outcomes, options: Options) -> str:
    """Which experiments a comparison lacks, and what to type for it; empty if it lacks none."""
    named = [_form(item, plan)[0] for item in check.items] if isinstance(check, Comparison) else []
    missing = [name for name in dict.fromkeys(named) if name not in {name for name, _ in outcomes}]
    command = options.command(plan.experiment.name, *missing)
    return f"without {', '.join(missing)}; {command} compares them" if missing else ""


def _settled(check: Check, plan: Plan, outcomes: Outcomes) -> tuple[Check, str]:
    """The check with a number for the name of a figure, and what it expects in words. Raises `NotMeasuredError`."""
    if not isinstance(check, Bound) or not isinstance(check.limit, str):
        return check, check.wanted()
    limit = _measure(check.model_copy(update={"of": check.limit, "at": "end"}), plan, outcomes)
    return check.against(limit), f"{check.wanted()}, {limit:.4g}"


def _of_run(check: Check, outcome: Outcome) -> float | None:
    match check:
        case Flat():
            curve = outcome.curve(check.of)
            return max(curve) - min(curve) if curve else None
        case Steady() | Unsteady():
            curve = outcome.curve(check.of)
            return largest_fall(curve) if curve else None
        case point:
            return outcome.figure(point.of, point.at)


def _form(item: str, plan: Plan) -> Form:
    """What an item of a comparison names: a form of this experiment, another experiment, or `name: label`."""
    if item in plan.labels:
        return plan.experiment.name, item
    name, _, label = item.partition(": ")
    return name, label


def _done(form: Form, outcomes: Outcomes) -> Sequence[Outcome]:
    """The finished runs of a form. Raises `NotMeasuredError` if there are none, or one is not finished."""
    found = outcomes.get(form, ())
    if not found:
        raise NoFigureError("not judged", f"{': '.join(filter(None, form))} was not run along")
    for outcome in found:
        if outcome.status != "done":
            raise NotMeasuredError("not run" if outcome.status == "not run" else "FAIL", outcome.reason)
    return found


def _number(value: float | None, outcome: Outcome, name: str) -> float:
    """The value; without one, what the summary says of the figure tells whether it should be there."""
    if value is not None:
        return value
    word, _, reason = outcome.summary.get("compared_with", {}).get(name, "").partition(": ")
    if word == "not run":
        raise NotMeasuredError(word, reason)
    reached = REACHED.fullmatch(name)
    raise NoFigureError("FAIL", f"never reached {reached[2]} dB" if reached else "the run has no such figure")
