"""What a picture costs as a network: PSNR over bits per pixel of what `inr compress` wrote, beside JPEG's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inr_cli.config.errors import UserError
from inr_cli.engine.runs import read_json
from inr_cli.report.gather import Found
from inr_cli.report.plots.rate import Points, rate
from inr_cli.report.varied import Row
from inr_cli.signal.alpha import has_alpha
from inr_cli.signal.jpeg import jpeg_curve

QUALITIES = (1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)


def rate_distortion(rows: Sequence[Row]) -> bytes | None:
    """A PNG: a line for each form, from few bits to many, and JPEG on the same picture; None where none is compressed.

    Files of another picture than the first one's are left out.
    """
    written = {row.label: [file for run in row.done for file in compressed(run)] for row in rows}
    files = [(row.done[0], file) for row in rows if row.done for file in written[row.label]]
    if not files:
        return None
    run, first = files[0]
    lines = {
        label: sorted((one["bits_per_pixel"], one["psnr_after"]) for one in some if _same(one, first))
        for label, some in written.items()
    }
    return rate({label: points for label, points in lines.items() if points}, jpeg_points(run, first["target_sha256"]))


def compressed(run: Found) -> list[dict[str, Any]]:
    """What `inr compress` measured of the run, where it had the picture to measure against."""
    found = (read_json(file) for file in sorted(run.folder.glob("compressed-*.json")))
    return [one for one in found if {"bits_per_pixel", "psnr_after", "target_sha256"} <= one.keys()]


def jpeg_points(run: Found, sha256: str) -> Points:
    """JPEG's, none where the picture is gone or changed, transparent, or too large to be held."""
    from inr_cli.engine.check import check  # the only ones here that need torch
    from inr_cli.engine.resume import recorded
    from inr_cli.engine.train import open_picture

    try:
        picture = open_picture(check(recorded(run.folder)))
    except UserError:
        return []
    if picture.sha256 != sha256 or picture.tiles or has_alpha(picture.channels):
        return []
    return [(one.bits_per_pixel, one.psnr) for one in jpeg_curve(picture.pixels, QUALITIES)]


def _same(one: Mapping[str, Any], first: Mapping[str, Any]) -> bool:
    return bool(one["target_sha256"] == first["target_sha256"])
