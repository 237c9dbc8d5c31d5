"""The table of an experiment's figures, and what each of them is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inr_cli.report.headings import HEADINGS, heading
from inr_cli.report.labels import keys, short
from inr_cli.report.markdown import number, table

CLOCK = "to N dB: seconds on the clock since training began, measurements included, when the PSNR was first so high"


def figures(forms: Sequence[dict[str, Any]], asked: Sequence[str], called: Mapping[str, str]) -> str:
    """Every form's figures; a column that no form has is left out."""
    columns = [*HEADINGS, *(name for name in asked if name not in HEADINGS)]
    columns = [name for name in columns if any(name in form["figures"] for form in forms)]
    head, first = _forms([form["label"] for form in forms], called)
    lines = [(*first[form["label"]], *(_mean(form["figures"].get(name)) for name in columns)) for form in forms]
    return table((*head, *map(heading, columns)), lines, numbers=len(head)) if columns else ""


def legend(forms: Sequence[dict[str, Any]]) -> str:
    """What each figure of the table is of, as the runs themselves say."""
    shown = {name for form in forms for name in form["figures"] if name in HEADINGS}
    of = {name: what for form in forms for name, what in form["compared_with"].items() if name in shown}
    told = [f"{heading(name).removesuffix(' (dB)')}: {what}" for name, what in of.items()]
    clock = [CLOCK] * any(name.startswith("seconds_to") for name in shown)
    return f"{'; '.join([*told, *clock])}." if told or clock else ""


def _forms(labels: Sequence[str], called: Mapping[str, str]) -> tuple[Sequence[str], Mapping[str, Sequence[str]]]:
    """The columns that say which form a row is of: one for each key, if all forms have the same."""
    parted = {label: keys(label) for label in labels}
    if any(found.keys() != set(called) for found in parted.values()):
        return ["form"], {label: [short(label, called)] for label in labels}
    return list(called.values()), {label: [found[key] for key in called] for label, found in parted.items()}


def _mean(both: dict[str, float] | None) -> str:
    if both is None:
        return "-"
    return number(both["mean"]) + (f" ± {both['std']:.2g}" if both["std"] else "")
