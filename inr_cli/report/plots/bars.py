"""Final figures side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inr_cli.report.labels import names, short
from inr_cli.report.plots.figure import COLOURS, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bars(finals: dict[str, float], title: str) -> bytes:
    """A PNG, a bar for each form in its order."""
    called = names(finals)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        drawn = axes.barh([short(label, called) for label in finals], list(finals.values()), color=COLOURS[0])
        axes.bar_label(drawn, fmt="%.4g", padding=3, fontsize="small")
        axes.invert_yaxis()
        axes.margins(x=0.15)
        axes.set_xlabel(title)

    return png(paint, 1.0 + 0.3 * len(finals))
