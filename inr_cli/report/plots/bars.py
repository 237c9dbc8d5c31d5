"""Final figures side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inr_cli.report.labels import names, short
from inr_cli.report.markdown import number
from inr_cli.report.plots.figure import COLOURS, Form, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bars(
    finals: Mapping[str, float], title: str, spread: Mapping[str, float] | None = None, form: Form = number
) -> bytes:
    """A PNG, a bar for each form in its order. `spread` is half the width of a form's error bar."""
    called = names(finals)

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        told, values = [short(label, called) for label in finals], list(finals.values())
        reach = [(spread or {}).get(label, 0.0) for label in finals]
        drawn = axes.barh(told, values, xerr=reach if any(reach) else None, color=COLOURS[0], ecolor="0.4")
        axes.bar_label(drawn, [form(value) for value in values], padding=3, fontsize="small")
        axes.invert_yaxis()
        axes.margins(x=0.15)
        axes.set_xlabel(title)

    return png(paint, 1.0 + 0.3 * len(finals))
