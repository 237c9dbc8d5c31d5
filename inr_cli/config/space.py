"""What a search may vary, from words in Hydra's own sweep syntax: choices and ranges, as plain data.

`a,b`, `choice(a,b)` and `glob(...)` are choices; `range(1,10)` is 1 to 9 and `interval(1,50)` any number from 1 to 50,
as Hydra has both, so whole numbers are `range(..)` or `int(interval(..))`. `loguniform(..)`, ours, is short for Hydra's
`tag(log,interval(..))`: every power of ten as often. Keys are as a person types them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep, Sweep

from inr_cli.config.errors import ConfigError
from inr_cli.config.words import as_typed
from inr_cli.config.wrong import read

LOGUNIFORM = re.compile(r"\bloguniform(\([^()]*\))")
MOST = 100_000
"""Values of one `range(..)`."""
WITHIN = 0.382
"""Where in a range of any numbers a value is looked at besides its ends: at no whole number, most likely."""
LEVELS = 3
"""Digits that a drawn number has, of the width of its range."""


@dataclass(frozen=True)
class Choices:
    """A key and its values, in Hydra's grammar; their order says nothing."""

    key: str
    values: tuple[str, ...]

    @property
    def count(self) -> float:
        """How many values there are."""
        return len(self.values)

    def samples(self) -> list[str]:
        """The words to be looked at before a search begins: all."""
        return [f"{self.key}={value}" for value in self.values]


@dataclass(frozen=True)
class Range:
    """A key and its numbers from `low` to `high`, a `step` apart, or with 0 all there are."""

    key: str
    low: float
    high: float
    step: float = 0
    log: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all numbers are whole."""
        return isinstance(self.low, int)

    @property
    def count(self) -> float:
        """How many numbers there are."""
        return round((self.high - self.low) / self.step) + 1 if self.step else math.inf

    def samples(self) -> list[str]:
        """The words to be looked at before a search begins: both ends, and something between two whole numbers."""
        within = [] if self.step else [self.low + WITHIN * (self.high - self.low)]
        return [self.word(value) for value in dict.fromkeys([self.low, *within, self.high])]

    def word(self, value: float) -> str:
        """The word for a number, with as many digits as tell it from its neighbours; the ends as they were typed."""
        if self.is_whole:
            return f"{self.key}={int(value)}"
        if value in (self.low, self.high) or self.step:
            return f"{self.key}={value:.12g}"
        width = value * math.log(self.high / self.low) if self.log else self.high - self.low
        rounded = round(value, LEVELS - math.floor(math.log10(width)))
        return f"{self.key}={min(max(rounded, self.low), self.high):.12g}"


Dimension = Choices | Range


def parted(words: Sequence[str], configs: ConfigLoader) -> tuple[list[str], list[Dimension]]:
    """The words of one value, and what the others may become. Raises `ConfigError`."""
    fixed, space = [], list[Dimension]()
    for word in words:
        [override] = _read(word, configs)
        if override.is_sweep_override():
            space.append(_dimension(override, as_typed(word)))
        else:
            fixed.append(word)
    return fixed, space


def _read(word: str, configs: ConfigLoader) -> list[Override]:
    try:
        return read([LOGUNIFORM.sub(r"tag(log,interval\1)", word)], configs)
    except ConfigError:
        if "(" not in word:
            raise
        raise ConfigError(
            f"{as_typed(word)}: cannot be read; a range is interval(LOW,HIGH), int(interval(LOW,HIGH)), "
            "loguniform(LOW,HIGH) or range(FIRST,BEYOND,STEP), and choices are a,b,c."
        ) from None


def _dimension(override: Override, typed: str) -> Dimension:
    key, value = typed.partition("=")[0], override.value()
    if isinstance(value, IntervalSweep):
        return _interval(key, value, typed)
    if isinstance(value, RangeSweep):
        return _range(key, value, typed)
    values = tuple(dict.fromkeys(islice(override.sweep_string_iterator(), MOST)))
    if not values:
        raise ConfigError(f"{typed}: stands for no value at all, so there is nothing to choose from.")
    return Choices(key, values)


def _interval(key: str, value: IntervalSweep, typed: str) -> Range:
    assert value.start is not None
    assert value.end is not None
    low, high, log = value.start, value.end, "log" in value.tags
    _refuse_tags(value, typed)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ConfigError(f"{typed}: the first number must be below the second, and both finite.")
    if log and low <= 0:
        raise ConfigError(f"{typed}: a range by powers must begin above 0.")
    return Range(key, low, high, step=1 if isinstance(low, int) else 0, log=log)


def _range(key: str, value: RangeSweep, typed: str) -> Range:
    _refuse_tags(value, typed)
    if value.tags:
        raise ConfigError(f"{typed}: log goes with interval, not with range; write loguniform(LOW,HIGH).")
    numbers = list(islice(value.range(), MOST + 1)) if value.step else []
    if not 1 <= len(numbers) <= MOST:
        raise ConfigError(f"{typed}: must stand for 1 to {MOST} numbers.")
    return Range(key, min(numbers), max(numbers), step=abs(value.step))


def _refuse_tags(value: Sweep, typed: str) -> None:
    if value.tags - {"log"}:
        raise ConfigError(f"{typed}: only the tag log means something here.")
