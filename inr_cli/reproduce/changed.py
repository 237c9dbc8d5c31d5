"""Words that make another run of an experiment than the one its figures are of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from inr_cli.config.compose import combinations
from inr_cli.config.experiment import Experiment
from inr_cli.config.paths import own_folders

FREE = {
    "experiment",
    "variant",
    "seed",
    "device",
    "threads",
    "eval_every",
    "save_every",
    "render_every",
    "out",
    "logger",
    "dataset.root",
    "task.srgan",
}
"""Where and by which chance a run is made, and what is written down of it; not what is asked of it."""


def changed(experiment: Experiment, words: Sequence[str]) -> list[str]:
    """Those of the typed words that are none of the experiment's own. Raises `ConfigError`."""
    typed = [word for word in words if "=" in word and not word.startswith(("-", "hydra"))]
    others = [word for word in typed if word.partition("=")[0] not in FREE]
    if not others:
        return []
    own = set(chain.from_iterable(combinations(experiment.sweep, own_folders())))
    return [word for word in others if word not in own]
