"""Figures over steps or seconds: a panel for every few forms, in which the others stand behind in grey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from inr_cli.report.labels import VARIANT, Grid, grid_of, is_numeric, names, short
from inr_cli.report.plots.figure import COLOURS, DASHES, colours, png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BEHIND, INK = "0.88", "0.3"
"""Greys of the other forms' lines, and of the dashes in the legend."""
SINGLE, PANEL = 4.0, 2.5
"""Inches of one panel alone, and of each of several."""

Curves = Mapping[str, tuple[Sequence[float], Sequence[float]]]
"""Steps, or seconds, and values by the label of their form."""


class Style(NamedTuple):
    """How a form is drawn, and the words of its line in the legend, which forms may share."""

    colour: Any
    dash: str
    hue: str
    pattern: str


def curves(measured: Curves, title: str, across: str = "step", scale: str = "linear") -> bytes:
    """A PNG, with `across` below it.

    Of two keys the one with more values chooses the colour, the other one the dash. Where there are several panels,
    each has the colours for itself.
    """
    style = styles([label for label, (steps, _) in measured.items() if len(steps)])
    hues = list(dict.fromkeys(one.hue for one in style.values()))
    parts = -(-len(hues) // len(COLOURS))
    panels = [hues[part * len(hues) // parts : (part + 1) * len(hues) // parts] for part in range(parts)]
    if parts > 1:
        palette = {hue: colour for panel in panels for hue, colour in zip(panel, COLOURS, strict=False)}
        style = {label: one._replace(colour=palette[one.hue]) for label, one in style.items()}

    def paint(figure: Figure) -> None:
        rows = figure.subplots(parts, 1, sharex=True, sharey=True, squeeze=False)
        for axes, chosen in zip(rows[:, 0], panels, strict=True):
            _panel(axes, measured, style, chosen)
            axes.set_ylabel(title)
        rows[-1, 0].set_xlabel(across)
        rows[-1, 0].set_xscale(scale)
        if scale == "log":
            rows[-1, 0].xaxis.set_major_formatter("{x:g}")

    return png(paint, SINGLE if parts == 1 else PANEL * parts)


def styles(labels: Sequence[str]) -> dict[str, Style]:
    """The style of every form."""
    grid = grid_of(labels)
    if grid and len(grid.rows) <= len(DASHES):
        return dict(_of_grid(grid))
    called = names(labels)
    palette = colours(len(labels), ordered=False)
    return {
        label: Style(colour, DASHES[0], short(label, called), "") for label, colour in zip(labels, palette, strict=True)
    }


def _of_grid(grid: Grid) -> Iterator[tuple[str, Style]]:
    called = names(grid.label.values())
    ordered = is_numeric(grid.columns) and len(grid.columns) <= len(COLOURS)
    palette = dict(zip(grid.columns, colours(len(grid.columns), ordered), strict=True))
    dashes = dict(zip(grid.rows, DASHES, strict=False))
    for (row, column), label in grid.label.items():
        words = _told(grid.column, column, called), _told(grid.row, row, called)
        yield label, Style(palette[column], dashes[row], *words)


def _told(key: str, value: str, called: Mapping[str, str]) -> str:
    return value if key == VARIANT else f"{called[key]}={value}"


def _panel(axes: Axes, measured: Curves, style: Mapping[str, Style], chosen: Sequence[str]) -> None:
    """The chosen colours over all others; the legend has a line for each colour, then one for each dash."""
    front = {label: one for label, one in style.items() if one.hue in chosen}
    for label in (label for label in style if label not in front):
        axes.plot(*measured[label], color=BEHIND, linewidth=0.8, zorder=1)
    for label, one in front.items():
        axes.plot(*measured[label], one.dash, color=one.colour, linewidth=1.5, zorder=2)
    axes.grid(alpha=0.3)
    lines = {one.hue: (DASHES[0], one.colour) for one in front.values()}
    lines |= {one.pattern: (one.dash, INK) for one in front.values()}
    for told, (dash, colour) in lines.items():
        axes.plot([], [], dash, color=colour, label=told or None)
    if any(lines):
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, frameon=False, fontsize=8)
