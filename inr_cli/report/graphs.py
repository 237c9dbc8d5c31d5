"""Which plots suit what was varied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from inr_cli.config.errors import UserError
from inr_cli.config.root import RunConfig
from inr_cli.report.headings import heading, written
from inr_cli.report.labels import grid_of, is_numeric, ordered
from inr_cli.report.outcome import Outcome
from inr_cli.report.plots.bars import bars
from inr_cli.report.plots.curves import curves
from inr_cli.report.plots.figure import COLOURS
from inr_cli.report.plots.lines import FEWEST, Lines, lines
from inr_cli.report.plots.map import described, heat_map
from inr_cli.report.plots.parallel import parallel
from inr_cli.report.varied import Row, leading

CURVES, BARS = 40, 60
"""How many rows may have a curve, and a bar."""
ALONG = ("psnr", "loss")
"""What is drawn over the steps: the first that was measured more than once."""

Plot = tuple[str, str, bytes]
"""A name, a caption and a PNG."""


def in_the_end(rows: Sequence[Row], of: str) -> Iterator[Plot]:
    """The figure `of` by what was varied, unless there is but one.

    A map of two numbers, lines over one, bars of up to 60 forms, and parallel axes of everything else.
    """
    finals = {row.label: row.figures[of][0] for row in rows if of in row.figures}
    if len(finals) < 2:
        return
    spread = {row.label: row.figures[of][1] for row in rows if of in row.figures}
    title, grid, form = heading(of), grid_of(list(finals)), partial(written, of)
    with_bars = f"{title}, mean ± standard deviation" if any(spread.values()) else title
    over, are_numbers = lines_over(rows, list(finals)), grid is not None and grid.is_numeric
    if grid and are_numbers and grid.is_dense:
        name, data = "map", heat_map(grid, finals, title, _config(rows), form)
    elif over:
        name, data = "lines", lines(over._replace(key=described(_config(rows), over.key)), finals, with_bars, spread)
    elif are_numbers or len(rows[0].values) > 2 or len(finals) > BARS:
        name, data = "parallel", parallel(finals, title)
    else:
        name, data = "bars", bars(finals, with_bars, spread, form)
    yield f"{of}_{name}", f"{title} by {', '.join(rows[0].values)}", data


def along_the_way(rows: Sequence[Row]) -> Iterator[Plot]:
    """What was measured of the best rows while they went on."""
    measured = _measured(leading(rows, CURVES))
    if measured:
        column, found = measured
        which = f": the best {CURVES} of {len(rows)}" if len(rows) > CURVES else ""
        yield f"{column}_curves", f"{heading(column)} over the steps{which}", curves(found, heading(column))


def lines_over(rows: Sequence[Row], known: Sequence[str]) -> Lines | None:
    """One number that was varied, alone or for each of a few values of one other key; None for anything else."""
    keys = list(rows[0].values)
    values = {key: ordered(dict.fromkeys(row.values[key] for row in rows)) for key in keys}
    number = max(keys, key=lambda key: is_numeric(values[key]) * len(values[key]), default=None)
    if number is None or not is_numeric(values[number]) or len(keys) > 2:
        return None
    other = next((key for key in keys if key != number), None)
    labels: dict[str, dict[float, str]] = {}
    for row in rows:
        if row.label in known:
            name = f"{other}={row.values[other]}" if other else ""
            labels.setdefault(name, {})[float(row.values[number])] = row.label
    sorted_labels = {name: dict(sorted(found.items())) for name, found in labels.items()}
    are_lines = len(labels) <= len(COLOURS) and all(len(found) >= FEWEST for found in labels.values())
    return Lines(number, sorted_labels) if are_lines else None


def _measured(rows: Sequence[Row]) -> tuple[str, Mapping[str, tuple[list[float], list[float]]]] | None:
    """Of the best run of each row, or where none came to its end the first, what was measured while it went on."""
    measured = {row.label: Outcome.of((row.best_run or row.runs[0]).folder) for row in rows}
    for column in ALONG:
        points = {label: (one.steps(column), one.curve(column)) for label, one in measured.items()}
        found = {label: (steps, values) for label, (steps, values) in points.items() if len(steps) > 1}
        if found:
            return column, found
    return None


def _config(rows: Sequence[Row]) -> RunConfig | None:
    """The first run's configuration, whose parts say what their numbers are; None if this program has them no more."""
    from inr_cli.engine.check import check
    from inr_cli.engine.resume import recorded

    try:
        return check(recorded(rows[0].runs[0].folder))
    except UserError:
        return None
