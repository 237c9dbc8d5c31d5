"""Which plots suit what was varied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from inr_cli.config.errors import UserError
from inr_cli.config.root import RunConfig
from inr_cli.report.gather import Found
from inr_cli.report.headings import heading
from inr_cli.report.labels import grid_of, is_numeric, ordered
from inr_cli.report.outcome import Outcome
from inr_cli.report.plots.bars import bars
from inr_cli.report.plots.curves import curves
from inr_cli.report.plots.figure import COLOURS
from inr_cli.report.plots.lines import Lines, lines
from inr_cli.report.plots.map import heat_map
from inr_cli.report.plots.parallel import parallel
from inr_cli.report.varied import Row

CURVES, BARS = 40, 60
"""How many rows may have a curve, and a bar."""
ALONG = ("psnr", "loss")
"""What is drawn over the steps: the first that was measured more than once."""


def graphs(rows: Sequence[Row], of: str) -> Iterator[tuple[str, bytes]]:
    """Names and PNGs: the figure `of` in the end by what was varied, and what became of it along the way."""
    finals = {row.label: row.figures[of][0] for row in rows if of in row.figures}
    spread = {row.label: row.figures[of][1] for row in rows if of in row.figures}
    if len(finals) > 1:
        yield _in_the_end(rows, finals, spread, of)
    measured = _along_the_way(rows[:CURVES])
    if measured:
        column, found = measured
        yield "curves", curves(found, heading(column))


def _in_the_end(
    rows: Sequence[Row], finals: Mapping[str, float], spread: Mapping[str, float], of: str
) -> tuple[str, bytes]:
    """A map of two numbers, lines over one, bars of up to 60 forms, and parallel axes of everything else."""
    title, grid = heading(of), grid_of(list(finals))
    over = lines_over(rows, list(finals))
    if grid and grid.is_numeric and len(finals) > len(grid.columns):
        return "map", heat_map(grid, finals, title, _config(rows[0].runs[0]))
    if over:
        return "lines", lines(over, finals, title, spread)
    if len(rows[0].values) > 2 or len(finals) > BARS:
        return "parallel", parallel(finals, title)
    return "bars", bars(finals, title, spread)


def lines_over(rows: Sequence[Row], known: Sequence[str]) -> Lines | None:
    """One number that was varied, alone or for each of a few values of one other key; None for anything else."""
    keys = list(rows[0].values)
    values = {key: ordered(dict.fromkeys(row.values[key] for row in rows)) for key in keys}
    number = max(keys, key=lambda key: is_numeric(values[key]) * len(values[key]), default=None)
    if number is None or not is_numeric(values[number]) or len(values[number]) < 3 or len(keys) > 2:
        return None
    other = next((key for key in keys if key != number), None)
    labels: dict[str, dict[float, str]] = {}
    for row in rows:
        if row.label in known:
            name = f"{other}={row.values[other]}" if other else ""
            labels.setdefault(name, {})[float(row.values[number])] = row.label
    sorted_labels = {name: dict(sorted(found.items())) for name, found in labels.items()}
    return Lines(number, sorted_labels) if len(sorted_labels) <= len(COLOURS) else None


def _along_the_way(rows: Sequence[Row]) -> tuple[str, Mapping[str, tuple[list[float], list[float]]]] | None:
    """Of the first run of each row what was measured while it went on."""
    measured = {row.label: Outcome.of(row.runs[0].folder) for row in rows}
    for column in ALONG:
        points = {label: (one.steps(column), one.curve(column)) for label, one in measured.items()}
        found = {label: (steps, values) for label, (steps, values) in points.items() if len(steps) > 1}
        if found:
            return column, found
    return None


def _config(run: Found) -> RunConfig | None:
    """The run's configuration, whose parts say what their numbers are; None if this program no longer has them."""
    from inr_cli.engine.check import check
    from inr_cli.engine.resume import recorded

    try:
        return check(recorded(run.folder))
    except UserError:
        return None
