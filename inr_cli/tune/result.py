"""What a search leaves beside its trials: `tune.json`, and how much each key mattered, as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inr_cli.engine.runs import IMPORTANCE, RESULT, read_json
from inr_cli.report.plots.bars import bars
from inr_cli.report.plots.figure import is_installed
from inr_cli.signal.write import write_bytes, write_json
from inr_cli.tune.target import Target

Ranked = tuple[dict[str, Any], float | None]
"""What has come of a trial, as `job_state` tells, and the target's value if it has one."""


def ranked(states: Sequence[dict[str, Any]], target: Target) -> list[Ranked]:
    """Every trial's state with its value, the best first; those without one last, as they came."""
    valued = [(state, value_of(state["folder"], target)) for state in states]
    sign = -1 if target.rises else 1
    return sorted(valued, key=lambda pair: (pair[1] is None, sign * (pair[1] or 0)))


def value_of(trial: Path, target: Target) -> float | None:
    """The target's value in a finished trial."""
    value = read_json(trial / "summary.json").get(target.name)
    return float(value) if isinstance(value, int | float) else None


def write_result(folder: Path, order: Sequence[Ranked], target: Target, importance: Mapping[str, float]) -> None:
    """Write the best trial, the importance of each key and how the trials ended; the picture needs matplotlib."""
    best, value = order[0] if order else ({}, None)
    write_json(
        folder / RESULT,
        {
            "target": target.name,
            "better": "higher" if target.rises else "lower",
            "trials": Counter(str(state["status"]) for state, _ in order),
            "best": None
            if value is None
            else {"trial": best["folder"].name, "value": value, "words": best.get("overrides", [])},
            "importance": importance,
        },
    )
    if importance and is_installed():
        title = f"share in reaching the best {target.name}, PED-ANOVA (%)"
        shares = {key: 100 * share for key, share in importance.items()}
        write_bytes(folder / IMPORTANCE, bars(shares, title, form="{:.0f}".format))
