"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: float, noun: str) -> str:
    """`1 run`, `2 runs`, `0.5 minutes`, `1,500 steps`; at most twelve digits."""
    return f"{number:,.12g} {noun}{'' if number == 1 else 's'}"
