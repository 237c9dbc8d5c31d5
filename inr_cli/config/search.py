"""What `inr tune` is asked: what every trial shares, what varies, by which figure, and for how long."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from inr_cli.config.compose import Composer, loader
from inr_cli.config.errors import ConfigError, near
from inr_cli.config.explain import explain
from inr_cli.config.jobs import SweepSpec
from inr_cli.config.paths import existing_file, own_folders
from inr_cli.config.root import RunConfig
from inr_cli.config.space import parted
from inr_cli.config.spec import Integer
from inr_cli.config.words import as_hydra, prepare
from inr_cli.config.wrong import one_line

TRIALS = 20
"""How many there are where nobody says for how long."""
UNITS = {"s": 1, "m": 60, "h": 3600}


def _seconds(value: Any) -> Any:
    """`90s`, `1.5m` or `2h` in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", str(value))
    if found is None:
        raise ValueError("should be a number with its unit, such as 60s, 10m or 2h")
    return float(found[1]) * UNITS[found[2]]


class SearchSpec(SweepSpec):
    """How to search, and nothing of what is searched."""

    jobs: Annotated[Integer, Field(ge=1, le=1024)] = Field(1, description="trials at a time, 1 to 1024")
    target: str | None = Field(None, description="a figure of summary.json; psnr where it is left out")
    trials: Annotated[Integer, Field(ge=1, le=100_000)] | None = Field(None, description="how many, 1 to 100000")
    budget: Annotated[float, BeforeValidator(_seconds), Field(gt=0, le=1e7)] | None = Field(
        None, description="wall time: no trial begins after it"
    )
    prune: bool = Field(True, description="true or false: whether a trial below the median of others is ended early")

    def most(self) -> float:
        """How many trials there are at most."""
        return self.trials or (TRIALS if self.budget is None else math.inf)


OWN = tuple(SearchSpec.model_fields)
CHANGES = ("budget", "jobs", "trials")
"""What may be typed when a search goes on."""


class Search:
    """The words behind `inr tune`. Raises `ConfigError`, one line."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = [_absolute(word) for word in words]
        """As they were typed, so that the same search can be read from them again, from another folder, too."""
        self.spec = _spec([word for word in self.words if _key(word) in OWN])
        asked = [word for word in self.words if _key(word) not in OWN]
        for word in asked:
            if _key(word) not in RunConfig.model_fields and (meant := near(_key(word), OWN)):
                raise ConfigError(f"{word}: there is no option {_key(word)}.{meant}")
        self._configs = loader(own_folders())
        self.fixed, self.space = parted(prepare(asked), self._configs)
        self._composer = Composer(self._configs, "config")
        varied = {dimension.key for dimension in self.space}
        self.typed = [word for word in asked if _key(word) not in varied]
        """What every trial shares."""
        self._refuse()

    def _refuse(self) -> None:
        if not self.space:
            raise ConfigError(
                "nothing varies; give a word a range or choices, for example 'scale=interval(1,50)' "
                "'optimizer.lr=loguniform(1e-4,1e-2)' activation=relu,sine."
            )
        foreign = [word for word in (*self.fixed, *(one.key for one in self.space)) if word.startswith("hydra")]
        if foreign:
            raise ConfigError(f"{foreign[0]}: a tune runs its own trials, and Hydra has no part in them; leave it out.")
        combinations = math.prod(one.count for one in self.space)
        if combinations <= self.spec.most() < math.inf:
            raise ConfigError(
                f"trials={self.spec.most()}: the words stand for {combinations} runs in all; inr fit -m runs each of "
                "them once."
            )

    def config(self, drawn: Sequence[str]) -> RunConfig:
        """The root-checked configuration of a trial. Raises `ConfigError`."""
        words = [*self.fixed, *map(as_hydra, drawn)]
        try:
            with one_line(words, self._configs, "config"):
                return self._composer(words)
        except ConfigError as error:
            raise ConfigError(self._as_typed(str(error), drawn)) from error

    def _as_typed(self, line: str, drawn: Sequence[str]) -> str:
        """A line about a drawn word, with the word that was typed in its place."""
        word = next((word for word in drawn if line.startswith(f"{word}: ")), "")
        typed = next((typed for typed in self.words if _key(typed) == _key(word)), word)
        return typed + line.removeprefix(word)

    def samples(self) -> list[list[str]]:
        """The words of trials in which every end of a range and every choice comes once, all others at their first."""
        firsts = [one.samples()[0] for one in self.space]
        others = [
            [*firsts[:place], sample, *firsts[place + 1 :]]
            for place, one in enumerate(self.space)
            for sample in one.samples()[1:]
        ]
        return [firsts, *others]


def changed(words: Sequence[str], changes: Sequence[str]) -> list[str]:
    """The words of a search that goes on with some changes. Raises `ConfigError` for others than `CHANGES`."""
    for word in changes:
        if _key(word) not in CHANGES:
            raise ConfigError(f"{word}: only {', '.join(CHANGES)} may change in a tune; inr tune starts another.")
    keys = {_key(word) for word in changes}
    return [*(word for word in words if _key(word) not in keys), *changes]


def _key(word: str) -> str:
    return word.partition("=")[0]


def _spec(words: Sequence[str]) -> SearchSpec:
    given = dict(word.partition("=")[::2] for word in words)
    try:
        return SearchSpec.model_validate(given)
    except ValidationError as error:
        raise ConfigError(explain(error, SearchSpec)) from None


def _absolute(word: str) -> str:
    """`image=FILE` with the whole path."""
    key, _, value = word.partition("=")
    file = existing_file(value) if key == "image" else None
    return f"{key}={file.resolve()}" if file else word
