"""How a trial goes, in twentieths of its length, so that trials of other lengths can be compared with it."""

from __future__ import annotations

from pathlib import Path

from inr_cli.engine.log import METRICS, read_rows
from inr_cli.engine.resume import recorded

PARTS = 20


def curve_of(trial: Path) -> dict[int, float]:
    """The PSNR in dB of what the task shows, at each twentieth where it has been measured; empty before that."""
    rows = [row for row in read_rows(trial / METRICS) if "psnr" in row and "step" in row]
    steps = recorded(trial).steps if rows else None
    if not steps:
        return {}
    return {round(PARTS * row["step"] / steps): row["psnr"] for row in reversed(rows)}
