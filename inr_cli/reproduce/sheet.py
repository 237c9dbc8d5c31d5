"""The pictures of several forms on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from inr_cli.report.labels import Grid, grid_of, names, short
from inr_cli.report.markdown import picture, table

IN_A_ROW = 4
MOST = 60
"""How many forms are shown; the folders have all."""
WIDTH, ROOM, ALONE = 200, 800, 500
"""Pixels of a picture, of all in a row, and of a single one."""

Shown = tuple[str, dict[str, Any]]
"""A label, and the run that stands for it."""


def sheet(forms: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The first picture of each form: by row and column if they are a grid, else under their labels."""
    labels = [form["label"] for form in forms]
    called, grid = names(labels), grid_of(labels)
    first = {form["label"]: form["runs"][0] for form in forms}
    fitting = [one for one in (grid, _transposed(grid)) if len(one.columns) <= ROOM // 100] if grid else []
    if fitting and len(labels) <= MOST:
        yield _grid(fitting[0], first, called[fitting[0].row], called[fitting[0].column])
        return
    shown = [(short(label, called), run) for label, run in first.items() if run["status"] == "done"]
    yield from rows(shown[:MOST])
    if len(shown) > MOST:
        yield f"The first {MOST} of {len(shown)}; the others are in their folders, below."


def rows(shown: Sequence[Shown]) -> Iterator[str]:
    """Pictures under their labels, four in a row; a single one larger."""
    done = [(label or run["image"], run) for label, run in shown if run["status"] == "done"]
    width = WIDTH if len(done) > 1 else ALONE
    for start in range(0, len(done), IN_A_ROW):
        row = done[start : start + IN_A_ROW]
        yield table([label for label, _ in row], [[_image(run, label, width) for label, run in row]])


def _transposed(grid: Grid) -> Grid:
    label = {(column, row): label for (row, column), label in grid.label.items()}
    return Grid(grid.column, grid.row, grid.columns, grid.rows, label)


def _grid(grid: Grid, runs: dict[str, dict[str, Any]], row: str, column: str) -> str:
    width = min(WIDTH, ROOM // len(grid.columns))

    def cell(place: tuple[str, str]) -> str:
        run = runs.get(grid.label.get(place, ""), {"status": "not run"})
        return _image(run, " ".join(place), width) if run["status"] == "done" else "-"

    lines = [[f"**{one}**", *(cell((one, other)) for other in grid.columns)] for one in grid.rows]
    return table([f"{row} ↓ {column} →", *grid.columns], lines)


def _image(run: dict[str, Any], label: str, width: int) -> str:
    return picture(f"{run['folder']}/{run['picture']}", label, width)
