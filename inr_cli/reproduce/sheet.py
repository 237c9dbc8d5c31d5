"""The pictures of several forms on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from inr_cli.report.labels import Grid, grid_of, names, short
from inr_cli.report.markdown import picture, table

IN_A_ROW = 4
MOST = 12
"""How many are shown of one kind; the folders have all."""
IN_A_GRID = 24
WIDTH, ROOM, ALONE = 200, 800, 500
"""Pixels of a picture, of all in a row, and of a single one."""

Shown = tuple[str, dict[str, Any]]
"""A label, and the run that stands for it."""


def sheet(forms: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The first picture of each form: by row and column if they are a grid, else under their labels."""
    labels = [form["label"] for form in forms]
    called, grid = names(labels), grid_of(labels)
    first = {form["label"]: form["runs"][0] for form in forms}
    if grid and len(grid.columns) <= ROOM // 100 and len(labels) <= IN_A_GRID:
        yield _grid(grid, first, called[grid.row], called[grid.column])
    else:
        yield from rows([(short(label, called), run) for label, run in first.items()])


def rows(shown: Sequence[Shown]) -> Iterator[str]:
    """Pictures under their labels, four in a row; a single one larger."""
    done = [(label or run["image"], run) for label, run in shown if run["status"] == "done"]
    width = WIDTH if len(done) > 1 else ALONE
    for start in range(0, min(len(done), MOST), IN_A_ROW):
        row = done[start : min(start + IN_A_ROW, MOST)]
        yield table([label for label, _ in row], [[_image(run, label, width) for label, run in row]])
    if len(done) > MOST:
        yield f"The first {MOST} of {len(done)}; the others are in their folders, below."


def _grid(grid: Grid, runs: dict[str, dict[str, Any]], row: str, column: str) -> str:
    width = min(WIDTH, ROOM // len(grid.columns))

    def cell(place: tuple[str, str]) -> str:
        run = runs.get(grid.label.get(place, ""), {"status": "not run"})
        return _image(run, " ".join(place), width) if run["status"] == "done" else "-"

    lines = [[f"**{one}**", *(cell((one, other)) for other in grid.columns)] for one in grid.rows]
    return table([f"{row} ↓ {column} →", *grid.columns], lines)


def _image(run: dict[str, Any], label: str, width: int) -> str:
    return picture(f"{run['folder']}/{run['picture']}", label, width)
