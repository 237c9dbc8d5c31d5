"""What a source published of the run that was just made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inr_cli.config.experiment import Published
from inr_cli.config.root import RunConfig
from inr_cli.reproduce.outcome import Outcome


def beside(config: RunConfig, words: Sequence[str], folder: Path) -> dict[str, str]:
    """The published figures with the measured ones, as a row of the closing panel; no row without an experiment.

    A figure of one form counts if the words typed choose that form.
    """
    if config.experiment is None:
        return {}
    chosen = {*words, config.variant}
    run = Outcome.of(folder)
    told = [
        f"{check.of.replace('_', ' ').replace('psnr', 'PSNR')} {check.wanted()}, measured {measured:.4g}"
        for check in config.experiment.expect
        if isinstance(check, Published) and chosen.issuperset((check.variant or "").split())
        if (measured := run.figure(check.of, check.at)) is not None
    ]
    return {"published": "; ".join(told) or f"none ({config.experiment.source})"}
