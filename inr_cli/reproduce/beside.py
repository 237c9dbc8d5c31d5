"""What a source published of the runs that were just made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from inr_cli.config.choices import choices
from inr_cli.config.experiment import Experiment, Published
from inr_cli.config.root import RunConfig
from inr_cli.report.outcome import Outcome
from inr_cli.reproduce.changed import changed
from inr_cli.reproduce.published import figures, said


def beside(config: RunConfig, words: Sequence[str], folder: Path) -> dict[str, str]:
    """The published figures with the measured ones, as a row of the closing panel; no row without an experiment.

    A figure of one form counts if the words typed choose that form.
    """
    experiment = config.experiment
    if experiment is None:
        return {}
    run = Outcome.of(folder)
    measured = [
        f"{_called(check)} {check.wanted()}, measured {value:.4g}"
        for check in _of_form(experiment, {*words, str(config.variant)})
        if (value := run.figure(check.of, check.at)) is not None
    ]
    otherwise = (
        _of_forms(experiment) or said(choices("experiment").get(experiment.name, "")) or f"none ({experiment.source})"
    )
    changes = changed(experiment, words)
    note = f" (changed: {' '.join(changes)})" if changes else ""
    return {"published": ("; ".join(measured) or otherwise) + note}


def in_sweep(folder: Path, words: Sequence[str]) -> str:
    """The published figures of one job of a sweep, by the words it was made from; empty if there are none."""
    file = folder / "config.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not config.get("experiment"):
        return ""
    experiment = Experiment.model_validate(config["experiment"])
    found = _of_form(experiment, {*words, str(config.get("variant"))})
    note = " (changed)" if found and changed(experiment, words) else ""
    return "; ".join(f"{_called(check)} {check.published:g}" for check in found) + note


def _of_form(experiment: Experiment, chosen: set[str]) -> list[Published]:
    """The published figures of the form that is meant: by `variant=low`, or by the words of a grid."""
    names = chosen | {word.removeprefix("variant=") for word in chosen}
    return [check for check in figures(experiment) if names.issuperset((check.variant or "").split())]


def _of_forms(experiment: Experiment) -> str:
    """What is published of single forms: `of variant=relu: PSNR 24.7`."""
    forms: dict[str, list[Published]] = {}
    for check in figures(experiment):
        forms.setdefault(check.variant or "", []).append(check)
    return "; ".join(_form(label, checks, experiment) for label, checks in forms.items() if label)


def _form(label: str, checks: Sequence[Published], experiment: Experiment) -> str:
    typed = " ".join(_typed(label, experiment))
    return f"of {typed}: {', '.join(f'{_called(check)} {check.published:g}' for check in checks)}"


def _typed(label: str, experiment: Experiment) -> Iterator[str]:
    for word in label.split():
        yield f"variant={word}" if word in experiment.variants else word


def _called(check: Published) -> str:
    at = "" if check.at == "end" else f" at {check.at}"
    return check.of.replace("_", " ").replace("psnr", "PSNR").replace("ssim", "SSIM") + at
