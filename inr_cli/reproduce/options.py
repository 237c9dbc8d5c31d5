"""How experiments are run, and with which words."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from inr_cli.config.compose import combinations
from inr_cli.config.errors import ConfigError
from inr_cli.config.experiment import Experiment
from inr_cli.config.paths import own_folders
from inr_cli.reproduce.changed import changed
from inr_cli.reproduce.pictures import KEY, pictures

SEVERAL = ("variant", "image")
"""Words of which an experiment takes several values: its forms, and pictures that count with their mean."""
ELSEWHERE = {
    "out": "the report and its runs are in one folder; --out DIR says where",
    "experiment": "experiments are meant by their names alone, without experiment=",
    "jobs": "the runs are made one after the other; inr fit -m experiment=NAME takes it",
}
"""Words of `inr fit` that mean nothing here, and what does."""


@dataclass(frozen=True)
class Options:
    """How the experiments are run: as they stand or shrunken, and with which words added to every run."""

    quick: bool = False
    steps: int | None = None
    words: tuple[str, ...] = ()

    @property
    def is_look(self) -> bool:
        """Whether the runs are too short for their figures to mean something."""
        return self.steps is not None

    def unjudged(self, experiment: Experiment) -> str:
        """Why an experiment's figures are not held to its bounds; empty if they are."""
        if self.is_look:
            return "too few steps"
        words = self.changed(experiment)
        return f"changed by {' '.join(words)}" if words else ""

    def changed(self, experiment: Experiment) -> list[str]:
        """The words by which what is run is not what the figures are of: a part of the pictures is not their mean."""
        words = changed(experiment, self.words)
        part = [word for word in self.words if word.startswith(KEY) and word not in words]
        averaged = () if self.quick else experiment.sweep
        whole = not part or pictures(experiment.name, part) == pictures(experiment.name, averaged)
        return words if whole else [*words, *part]

    def command(self, *names: str) -> str:
        """What one types for these experiments."""
        flags = ["--quick"] * self.quick + ([f"--steps={self.steps}"] if self.steps is not None else [])
        return shlex.join(["inr", "reproduce", *names, *flags, *self.words])


def refuse(words: Sequence[str]) -> None:
    """Raise `ConfigError` for words that cannot go to every run."""
    for word in words:
        key = word.partition("=")[0]
        if key in ELSEWHERE:
            raise ConfigError(f"{word}: {ELSEWHERE[key]}.")
        if key not in SEVERAL and len(combinations([word], own_folders())) > 1:
            raise ConfigError(
                f"{word}: several values are a sweep of one experiment, inr fit -m experiment=NAME {word}."
            )
