"""What an experiment is about, as rows of a run's closing panel."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from inr_cli.config.choices import choices
from inr_cli.config.counted import counted
from inr_cli.config.experiment import Experiment, Published
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.report.headings import heading
from inr_cli.report.markdown import number
from inr_cli.report.outcome import Outcome
from inr_cli.reproduce.changed import changed
from inr_cli.reproduce.colours import spelt
from inr_cli.reproduce.pictures import pictures
from inr_cli.reproduce.published import called, figures, of_form, said
from inr_cli.reproduce.shown import colour_at


def beside(config: RunConfig, words: Sequence[str], run: Run) -> dict[str, str]:
    """What a run's experiment is about, as rows of the closing panel; none without an experiment.

    The published figures with the measured ones, those of `show:` and the colours of `query:`. A figure of one form
    counts if the words typed choose that form.
    """
    experiment = config.experiment
    if experiment is None:
        return {}
    outcome, changes = Outcome.of(run.path), changed(experiment, words)
    averaged = pictures(experiment.name, experiment.sweep)
    measured = [
        f"{called(check)} {_wanted(check, averaged, config.image)}, measured {value:.4g}"
        for check in of_form(experiment, {*words, str(config.variant)})
        if (value := outcome.figure(check.of, check.at)) is not None
    ]
    otherwise = (
        _of_forms(experiment) or said(choices("experiment").get(experiment.name, "")) or f"none ({experiment.source})"
    )
    note = f" (changed: {' '.join(changes)})" if changes else ""
    return {
        "published": ("; ".join(measured) or otherwise) + note,
        **{heading(name): number(outcome.figure(name)) for name in experiment.show if name not in outcome.summary},
        **{"colour at {:g},{:g}".format(*place): spelt(colour_at(run.field, place)) for place in experiment.query},
    }


def _wanted(check: Published, averaged: Collection[str], image: str) -> str:
    """A figure with its tolerance; one picture is not held to the mean of many."""
    if len(averaged) < 2:
        return check.wanted()
    one = "; this is one of them" if image in averaged else ""
    return f"{check.published:g}, mean of {counted(len(averaged), 'picture')}{one}"


def _of_forms(experiment: Experiment) -> str:
    """What is published of single forms: `of variant=relu: PSNR 24.7`."""
    forms: dict[str, list[Published]] = {}
    for check in figures(experiment):
        forms.setdefault(check.variant or "", []).append(check)
    return "; ".join(_form(label, checks, experiment) for label, checks in forms.items() if label)


def _form(label: str, checks: Sequence[Published], experiment: Experiment) -> str:
    typed = " ".join(_typed(label, experiment))
    return f"of {typed}: {', '.join(f'{called(check)} {check.published:g}' for check in checks)}"


def _typed(label: str, experiment: Experiment) -> Iterator[str]:
    for word in label.split():
        yield f"variant={word}" if word in experiment.variants else word
