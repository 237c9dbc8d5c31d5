"""Final figures of two numbers that were varied, as colours in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from inr_cli.config.root import RunConfig
from inr_cli.report.gather import SHORT
from inr_cli.report.labels import Grid
from inr_cli.report.markdown import number
from inr_cli.report.plots.figure import RAMP, Form, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELL, MARGIN = 0.55, 1.1
"""Inches per row, and for what stands around them."""
LIGHT = 0.6
"""How far up the ramp dark letters are read more easily than light ones."""
PART = {root: part for part, root in SHORT.items()}


def heat_map(
    grid: Grid, finals: Mapping[str, float], title: str, config: RunConfig | None, form: Form = number
) -> bytes:
    """A PNG, rows from low to high; a form without a figure is an empty cell. `config` knows what the axes are."""
    found = [[finals.get(grid.label.get((row, column), ""), np.nan) for column in grid.columns] for row in grid.rows]
    values = np.array(found)
    shade = (values - np.nanmin(values)) / max(np.nanmax(values) - np.nanmin(values), 1e-12)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        image = axes.imshow(values, cmap=RAMP, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            ink = "black" if shade[row, column] > LIGHT else "white"
            axes.text(column, row, form(value) if np.isfinite(value) else "", ha="center", va="center", color=ink)
        axes.set_xticks(range(len(grid.columns)), grid.columns)
        axes.set_yticks(range(len(grid.rows)), grid.rows)
        axes.set_xlabel(described(config, grid.column))
        axes.set_ylabel(described(config, grid.row), wrap=True)
        figure.colorbar(image, label=title)

    return png(paint, MARGIN + CELL * max(len(grid.rows), 4))


def described(config: RunConfig | None, key: str) -> str:
    """A key by what its Spec says of it, without the range: `scale: standard deviation of B in cycles per side`."""
    if config is None:
        return key
    *group, name = PART.get(key, key).split(".", 1)
    fields = type(getattr(config, group[0]) if group else config).model_fields
    told = (fields[name].description or "").rpartition(", ") if name in fields else ("", "", "")
    return f"{name}: {told[0] or told[2]}" if any(told) else name
