"""Curves and bars of an experiment, where matplotlib is installed: `pip install 'inr-cli[plots]'`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inr_cli.reproduce.page import heading
from inr_cli.reproduce.plan import Plan
from inr_cli.signal.write import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from inr_cli.reproduce.report import Run

PLOTS = ("curves.png", "bars.png")
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#8C8C8C")
"""Told apart by every kind of colour vision (Okabe and Ito, Color Universal Design, 2008), yellow left out on white."""
DASHES = ("-", "--", ":", "-.")
WIDTH = 7.0  # inches
DPI = 120


def draw(plan: Plan, runs: Sequence[Run], folder: Path) -> None:
    """`curves.png` of what the checks look at, and `bars.png` of the final figures if there are several forms.

    The first picture of each form stands for it. Draws nothing without matplotlib. Raises `OutputError`.
    """
    first = {run.job.label: run for run in reversed(runs) if run.outcome.rows}
    shown = {label: first[label] for label in plan.labels if label in first}
    if not shown or find_spec("matplotlib") is None:
        return
    of = next((check.of for check in plan.checks), "psnr")
    place = folder / plan.experiment.name
    curves = {label: (run.outcome.steps(of), run.outcome.curve(of)) for label, run in shown.items()}
    if any(values for _, values in curves.values()):
        write_bytes(
            place / PLOTS[0], _figure(lambda axes: _curves(axes, curves, of), max(4.0, 1.0 + 0.2 * len(curves)))
        )
    finals = {label: value for label, run in shown.items() if (value := run.outcome.figure(of)) is not None}
    if len(finals) > 1:
        write_bytes(place / PLOTS[1], _figure(lambda axes: _bars(axes, finals, of), 1.0 + 0.3 * len(finals)))


def _curves(axes: Axes, curves: dict[str, tuple[list[float], list[float]]], of: str) -> None:
    for number, (label, (steps, values)) in enumerate(curves.items()):
        style = DASHES[number // len(COLOURS) % len(DASHES)]
        axes.plot(steps, values, style, color=COLOURS[number % len(COLOURS)], label=label or None, linewidth=1.5)
    axes.set_xlabel("step")
    axes.set_ylabel(heading(of))
    axes.grid(alpha=0.3)
    if len(curves) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize="small")


def _bars(axes: Axes, finals: dict[str, float], of: str) -> None:
    bars = axes.barh(list(finals), list(finals.values()), color=COLOURS[0])
    axes.bar_label(bars, fmt="%.4g", padding=3, fontsize="small")
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(heading(of))


def _figure(paint: Any, height: float) -> bytes:
    """A PNG of one pair of axes; the same numbers give the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    paint(figure.subplots())
    stream = BytesIO()
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()
