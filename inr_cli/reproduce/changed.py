"""Words that make another run of an experiment than the one its figures are of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from inr_cli.config.compose import combinations
from inr_cli.config.experiment import Experiment
from inr_cli.config.paths import own_folders
from inr_cli.report.varied import UNASKED
from inr_cli.reproduce.pictures import every_picture

FREE = UNASKED | {"experiment", "variant", "dataset.root", "task.srgan"}
"""With them a run is still the experiment's own: these say which one, and where its files are."""


def changed(experiment: Experiment, words: Sequence[str]) -> list[str]:
    """Those of the typed words that are none of the experiment's own; one of its pictures is. Raises `ConfigError`."""
    typed = [word for word in words if "=" in word and not word.startswith(("-", "hydra"))]
    others = [word for word in typed if word.partition("=")[0] not in FREE]
    if not others:
        return []
    own = set(chain.from_iterable(combinations(every_picture(experiment.name, experiment.sweep), own_folders())))
    return [word for word in others if not set(_each(*every_picture(experiment.name, [word]))) <= own]


def _each(word: str) -> Iterator[str]:
    """`scale=1,2` as `scale=1` and `scale=2`."""
    key, _, values = word.partition("=")
    yield from (f"{key}={value}" for value in values.split(","))
