"""What an experiment is about, as columns of a sweep's table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inr_cli.config.experiment import Experiment
from inr_cli.report.gather import read_config
from inr_cli.report.markdown import number
from inr_cli.report.outcome import Outcome
from inr_cli.reproduce.changed import changed
from inr_cli.reproduce.pictures import pictures
from inr_cli.reproduce.published import called, of_form

PUBLISHED = "published"


def columns(folder: Path, words: Sequence[str]) -> dict[str, str]:
    """The figures of one job that its experiment is about, and what was published of them.

    The job's form is told by the words it was made from. Nothing without an experiment.
    """
    config = read_config(folder / "config.yaml")
    if not config.get("experiment"):
        return {}
    experiment = Experiment.model_validate(config["experiment"])
    outcome = Outcome.of(folder)
    asked = dict.fromkeys([*experiment.show, *(check.of for check in experiment.expect)])
    measured = {name: value for name in asked if (value := outcome.figure(name)) is not None}
    published = _published(experiment, words, str(config.get("variant")))
    return {name: number(value) for name, value in measured.items()} | ({PUBLISHED: published} if published else {})


def _published(experiment: Experiment, words: Sequence[str], variant: str) -> str:
    found = of_form(experiment, {*words, variant})
    if not found:
        return ""
    averaged = len(pictures(experiment.name, experiment.sweep))
    mean = f" (mean of {averaged} pictures)" if averaged > 1 else ""
    note = " (changed)" if changed(experiment, words) else ""
    return "; ".join(f"{called(check)} {check.published:g}" for check in found) + mean + note
