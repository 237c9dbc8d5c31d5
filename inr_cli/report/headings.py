"""Names of figures for a person, with their units."""

from __future__ import annotations

import re

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
"""In the order of a table's columns."""
FORMS = {"ssim": ".4f", "parameters": ",.0f", "seconds": ",.1f", "missed": ".1%"}
"""How figures are written, by the first word of their names; those in dB have two decimals, any other four digits."""
OCTAVE = re.compile(r"missed_(\d+)")
"""`missed_16` is of 16 to 32 cycles per side."""


def heading(of: str) -> str:
    """A figure's name for a person, with its unit."""
    name, at, when = of.partition(" at ")
    if octave := OCTAVE.fullmatch(name):
        return f"missed of {octave[1]} to {2 * int(octave[1])} cycles per side (share){at}{when}"
    return f"{HEADINGS.get(name, name.replace('_', ' '))}{at}{when}"


def written(of: str, value: float) -> str:
    """A figure as tables and plots have it, without its unit."""
    form = FORMS.get(of.partition("_")[0], ".2f" if heading(of).endswith("(dB)") else ".4g")
    return format(value, form)
