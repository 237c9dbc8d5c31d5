"""What a source published of the figures of an experiment."""

from __future__ import annotations

import re

from inr_cli.config.experiment import Check, Experiment, Point, Published

SAID = re.compile(r"(?<!none )\bpublished (?P<what>[^;]+?)(, within [\d.]+)?;")
"""What the first comment of an experiment's yaml says, `published above 150 dB;`, without the tolerance."""
NONE = "none"
ELSEWHERE = "-"
"""Stands where the source has figures, and none of this."""


def figure_of(check: Check, experiment: Experiment) -> float | None:
    """The source's figure: that of the check, or the one the full form has for the same figure of the same form."""
    if not isinstance(check, Point):
        return None
    asked = check.of, check.variant, check.at
    known = {(one.of, one.variant, one.at): one.published for one in figures(experiment)}
    return check.published if isinstance(check, Published) else known.get(asked)


def figures(experiment: Experiment) -> list[Published]:
    """Every figure of the source that the full form is held to."""
    return [check for check in experiment.expect if isinstance(check, Published)]


def of_form(experiment: Experiment, chosen: set[str]) -> list[Published]:
    """The published figures of the form that is meant: by `variant=low`, or by the words of a grid."""
    names = chosen | {word.removeprefix("variant=") for word in chosen}
    return [check for check in figures(experiment) if names.issuperset((check.variant or "").split())]


def called(check: Published) -> str:
    """A figure's name for a line: `PSNR test at best`."""
    at = "" if check.at == "end" else f" at {check.at}"
    return check.of.replace("_", " ").replace("psnr", "PSNR").replace("ssim", "SSIM") + at


def said(title: str) -> str:
    """What a title says was published, empty for `none published`."""
    found = SAID.search(title)
    return found["what"] if found else ""


def told(check: Check, experiment: Experiment, title: str) -> str:
    """The source's figure in words; without one, what it says of the experiment as a whole."""
    figure = figure_of(check, experiment)
    if figure is not None:
        return f"{figure:g}"
    return ELSEWHERE if figures(experiment) else said(title) or NONE
