"""The few things of GitHub's Markdown that pages are made of."""

from __future__ import annotations

from collections.abc import Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]], numbers: int | None = None) -> str:
    """A table, right-aligned from the column `numbers` on."""
    left = len(header) if numbers is None else numbers
    lines = [header, ["---" if place < left else "---:" for place in range(len(header))], *rows]
    return "\n".join(map(row, lines))


def row(cells: Sequence[str]) -> str:
    """A line of a table; a bar in a cell does not end it."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def picture(file: str, told: str, width: int) -> str:
    """An image of that width in pixels, and what it shows for those who do not see it."""
    return f'<img src="{file}" alt="{told}" width="{width}">'


def link(heading: str) -> str:
    """A link to a heading of the same page. GitHub drops all but letters, digits, `-` and `_` from its address."""
    kept = (letter for letter in heading.lower().replace(" ", "-") if letter.isalnum() or letter in "_-")
    return f"[{heading}](#{''.join(kept)})"


def spread(middle: float, low: float, high: float) -> str:
    """A median with its range."""
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def number(value: float | None) -> str:
    """Four digits, and thousands apart."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
