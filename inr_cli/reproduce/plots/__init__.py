"""The pictures of an experiment's figures, where matplotlib is installed: `pip install 'inr-cli[plots]'`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inr_cli.reproduce.labels import grid_of
from inr_cli.reproduce.page import heading
from inr_cli.reproduce.plan import Plan
from inr_cli.reproduce.plots.bars import bars
from inr_cli.reproduce.plots.curves import curves
from inr_cli.reproduce.plots.figure import is_installed
from inr_cli.reproduce.plots.map import heat_map
from inr_cli.signal.write import write_bytes

if TYPE_CHECKING:
    from inr_cli.reproduce.report import Run

PLOTS = ("curves", "map", "bars")
"""In the order of the page; an experiment has those that suit its forms."""


def draw(plan: Plan, runs: Sequence[Run], folder: Path) -> None:
    """`curves.png` of what the checks look at, and of the final figures a `map.png` or `bars.png`.

    Drawn is the first figure of the checks that was measured along the way, `psnr` if none was. The first picture of
    each form stands for it. Draws nothing without matplotlib. Raises `OutputError`.
    """
    first = {run.job.label: run for run in reversed(runs) if run.outcome.rows}
    shown = {label: first[label] for label in plan.labels if label in first}
    if shown and is_installed():
        looked_at = [*(check.of for check in plan.checks), "psnr"]
        of = next((name for name in looked_at if any(run.outcome.curve(name) for run in shown.values())), looked_at[0])
        for name, data in _drawn(shown, of):
            write_bytes(folder / plan.experiment.name / f"{name}.png", data)


def _drawn(shown: dict[str, Run], of: str) -> Iterator[tuple[str, bytes]]:
    """The final figures of two numeric keys are a map, of anything else bars; one alone is neither."""
    measured = {label: (run.outcome.steps(of), run.outcome.curve(of)) for label, run in shown.items()}
    if any(len(values) > 1 for _, values in measured.values()):
        yield "curves", curves(measured, heading(of))
    finals = {label: value for label, run in shown.items() if (value := run.outcome.figure(of)) is not None}
    grid = grid_of(list(finals))
    if grid and grid.is_numeric:
        yield "map", heat_map(grid, finals, heading(of), next(iter(shown.values())).job.config)
    elif len(finals) > 1:
        yield "bars", bars(finals, heading(of))
