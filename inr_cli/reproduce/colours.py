"""The colours that an experiment asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inr_cli.report.markdown import table


def colours(asked: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """A table of forms' colours, as `inr query --at ROW,COLUMN` prints them; nothing where none is asked for."""
    lines = [(form, "{:g}, {:g}".format(*one["at"]), spelt(one["colour"])) for form, one in asked]
    return table(("form", "row, column (px)", "colour of the field, 0 to 1"), lines) if lines else ""


def spelt(colour: Sequence[float] | None) -> str:
    """A colour in three digits."""
    return " ".join(f"{value:.3f}" for value in colour) if colour else "outside the picture"
