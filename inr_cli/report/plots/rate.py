"""PSNR over the bits that it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from inr_cli.report.headings import heading
from inr_cli.report.plots.figure import COLOURS, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEIGHT = 4.0
"""Inches."""

Points = Sequence[tuple[float, float]]
"""Bits per pixel, measured in bytes of whole files, and PSNR in dB."""


def rate(lines: Mapping[str, Points], jpeg: Points) -> bytes:
    """A PNG, a line for each form over a logarithmic rate, and JPEG's."""

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for number, (label, points) in enumerate(lines.items()):
            axes.plot(
                *zip(*points, strict=True), "o-", color=COLOURS[number % len(COLOURS)], label=label or "the field"
            )
        if jpeg:
            axes.plot(*zip(*jpeg, strict=True), "--", color="0.4", label="JPEG")
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("bits per pixel, of the whole file")
        axes.set_ylabel(heading("psnr"))
        axes.grid(alpha=0.3)
        axes.legend(frameon=False, fontsize="small")

    return png(paint, HEIGHT)
