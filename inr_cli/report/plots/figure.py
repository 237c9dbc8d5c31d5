"""Colours that everyone can tell apart, and a figure as the bytes of a PNG."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from inr_cli.config.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#8C8C8C")
"""Told apart by every kind of colour vision (Okabe and Ito, Color Universal Design, 2008), yellow left out on white."""
DASHES = ("-", "--", ":", "-.")
RAMP = "viridis"
"""Dark to light in even steps, for what has an order."""
PAPER_END = 0.88
"""How far lines go up the ramp: its last colours are lost on white."""
MISSING = "plots are made with matplotlib, which is not installed: pip install 'inr-cli[plots]'."
WIDTH = 7.0
"""Inches."""
DPI = 120
LETTERS = 95
"""Of medium size that fit into the width."""

Form = Callable[[float], str]
"""How numbers are written."""


def is_installed() -> bool:
    """Whether there is matplotlib: `pip install 'inr-cli[plots]'`."""
    return find_spec("matplotlib") is not None


def require() -> None:
    """Raises `ConfigError` without matplotlib."""
    if not is_installed():
        raise ConfigError(MISSING)


def png(paint: Callable[[Figure], Any], height: float) -> bytes:
    """What is painted on a figure of that height in inches; the same numbers give the same bytes.

    Raises `ConfigError` without matplotlib.
    """
    require()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")
    paint(figure)
    stream = BytesIO()
    FigureCanvasAgg(figure).print_png(stream, metadata={"Software": None})
    return stream.getvalue()


def headline(figure: Figure, text: str) -> None:
    """A line above all panels, or as many as it takes."""
    figure.suptitle(textwrap.fill(text, LETTERS), fontsize="medium")


def colours(count: int, ordered: bool) -> Sequence[Any]:
    """As many colours, up the ramp if what they stand for has an order; else they repeat."""
    if not ordered:
        return [COLOURS[number % len(COLOURS)] for number in range(count)]
    from matplotlib import colormaps

    return [colormaps[RAMP](PAPER_END * number / max(1, count - 1)) for number in range(count)]
