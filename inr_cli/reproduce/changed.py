"""Words that make another run of an experiment than the one its figures are of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from inr_cli.config.compose import combinations
from inr_cli.config.experiment import Experiment
from inr_cli.config.paths import own_folders
from inr_cli.report.varied import UNASKED

FREE = UNASKED | {"experiment", "variant", "dataset.root", "task.srgan"}
"""With them a run is still the experiment's own: these say which one, and where its files are."""


def changed(experiment: Experiment, words: Sequence[str]) -> list[str]:
    """Those of the typed words that are none of the experiment's own. Raises `ConfigError`."""
    typed = [word for word in words if "=" in word and not word.startswith(("-", "hydra"))]
    others = [word for word in typed if word.partition("=")[0] not in FREE]
    if not others:
        return []
    own = set(chain.from_iterable(combinations(experiment.sweep, own_folders())))
    return [word for word in others if word not in own]
