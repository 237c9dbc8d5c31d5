"""The table of an experiment's figures, and what each of them is of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inr_cli.report.markdown import number, table
from inr_cli.reproduce.labels import keys, short

HEADINGS = {
    "psnr": "PSNR (dB)",
    "psnr_test": "PSNR, hidden (dB)",
    "psnr_accumulated": "PSNR as published, never reset (dB)",
    "ssim": "SSIM",
    "psnr_train": "PSNR, shown (dB)",
    "ssim_test": "SSIM, hidden",
    "between_pixels": "PSNR between pixels (dB)",
    "psnr_raw": "PSNR, raw (dB)",
    "psnr_offset": "PSNR, offset removed (dB)",
    "psnr_scaled": "PSNR, offset and scale removed (dB)",
    "psnr_harmonic": "PSNR, harmonic part removed (dB)",
    "psnr_bicubic": "PSNR, bicubic (dB)",
    "parameters": "learned numbers",
    "seconds": "training (s)",
    "seconds_to_25": "to 25 dB (s)",
    "seconds_to_30": "to 30 dB (s)",
}
"""The columns of an experiment's table, in this order, then what else it is about; other figures are in the JSON."""
CLOCK = "to N dB: seconds on the clock since training began, measurements included, when the PSNR was first so high"
OCTAVE = re.compile(r"missed_(\d+)")
"""`missed_16` is of 16 to 32 cycles per side."""


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


def heading(of: str) -> str:
    """A figure's name for a person, with its unit."""
    name, at, when = of.partition(" at ")
    if octave := OCTAVE.fullmatch(name):
        return f"missed of {octave[1]} to {2 * int(octave[1])} cycles per side (share){at}{when}"
    return f"{HEADINGS.get(name, name.replace('_', ' '))}{at}{when}"


def _mean(both: dict[str, float] | None) -> str:
    if both is None:
        return "-"
    return number(both["mean"]) + (f" ± {both['std']:.2g}" if both["std"] else "")
