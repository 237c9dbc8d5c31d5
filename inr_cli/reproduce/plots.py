"""The pictures of an experiment's figures, where matplotlib is installed: `pip install 'inr-cli[plots]'`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from inr_cli.report.headings import heading
from inr_cli.report.labels import grid_of
from inr_cli.report.plots.bars import bars
from inr_cli.report.plots.curves import curves
from inr_cli.report.plots.figure import is_installed
from inr_cli.report.plots.lines import lines, lines_of
from inr_cli.report.plots.map import heat_map
from inr_cli.report.plots.profile import profile
from inr_cli.reproduce.plan import Plan
from inr_cli.signal.write import write_bytes

if TYPE_CHECKING:
    from inr_cli.reproduce.report import Run

PLOTS = ("curves", "map", "lines", "profile", "bars")
"""In the order of the page; an experiment has those that suit its forms."""


def draw(plan: Plan, runs: Sequence[Run], folder: Path) -> None:
    """`curves.png` of what changed along the way, and one plot of the final figures.

    Drawn are the figures of `plot:`; without, the first one of the checks that was measured along the way, `psnr` or
    `psnr_test` if none was. The first picture of each form stands for it. Draws nothing without matplotlib. Raises
    `OutputError`.
    """
    first = {run.job.label: run for run in reversed(runs) if run.outcome.rows}
    shown = {label: first[label] for label in plan.labels if label in first}
    if shown and is_installed():
        of = plan.experiment.plot or [_looked_at(plan, shown)]
        for name, data in chain(_along_the_way(shown, of), _in_the_end(shown, of)):
            write_bytes(folder / plan.experiment.name / f"{name}.png", data)


def _looked_at(plan: Plan, shown: Mapping[str, Run]) -> str:
    names = [*(check.of for check in plan.checks), "psnr", "psnr_test"]
    return next((name for name in names if any(run.outcome.curve(name) for run in shown.values())), names[0])


def _along_the_way(shown: Mapping[str, Run], of: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """A curve for every form and figure, named by what tells it from the others."""
    measured = {
        ", ".join(filter(None, (label, heading(name) if len(of) > 1 else ""))): (run.outcome.steps(name), curve)
        for name in of
        for label, run in shown.items()
        if (curve := run.outcome.curve(name))
    }
    if any(len(values) > 1 for _, values in measured.values()):
        yield "curves", curves(measured, heading(of[0]))


def _in_the_end(shown: Mapping[str, Run], of: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Several figures that are known at the end alone are a profile; the first one is a map, lines or bars of forms."""
    if len(of) > 1 and not any(run.outcome.curve(name) for run in shown.values() for name in of):
        known = [name for name in of if any(run.outcome.figure(name) is not None for run in shown.values())]
        measured = {label: [run.outcome.figure(name) for name in known] for label, run in shown.items()}
        yield "profile", profile(measured, [heading(name) for name in known])
        return
    finals = {label: value for label, run in shown.items() if (value := run.outcome.figure(of[0])) is not None}
    grid, series = grid_of(list(finals)), lines_of(list(finals))
    if grid and grid.is_numeric:
        yield "map", heat_map(grid, finals, heading(of[0]), next(iter(shown.values())).job.config)
    elif series:
        yield "lines", lines(series, finals, heading(of[0]))
    elif len(finals) > 1:
        yield "bars", bars(finals, heading(of[0]))
