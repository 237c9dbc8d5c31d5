"""The choices that a bench measures, and what a person gets who types one: its numbers, and what it brings along."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.config.paths import conf_folder
from inr_cli.config.root import RunConfig, plain
from inr_cli.config.words import prepare

GROUPS = ("encoding", "mask", "activation", "init", "network", "sampler", "loss", "optimizer", "schedule")
LONGEST_TEXT = 60


@dataclass(frozen=True)
class Choice:
    """One word of the command line: `encoding=gaussian`."""

    group: str
    name: str

    @property
    def word(self) -> str:
        """As a person types it."""
        return f"{self.group}={self.name}"


def own_choices(group: str) -> list[Choice]:
    """The program's own choices of a group; a person's or a plug-in's are not for its tables."""
    room = conf_folder() / group
    return [Choice(group, file.relative_to(room).with_suffix("").as_posix()) for file in sorted(room.rglob("*.yaml"))]


def chosen(words: Sequence[str]) -> list[Choice]:
    """The choices that GROUP and GROUP=NAME stand for, all of them for no words. Raises `ConfigError`."""
    return [choice for word in words or GROUPS for choice in _meant(word)]


def begun(names: Sequence[str], known: Collection[str], kind: str, told: Collection[str]) -> list[str]:
    """Those of the known that begin with one of the names, all for none.

    Raises `ConfigError`, which tells what may be typed, for a name with which none begins.
    """
    for name in names:
        if not any(one.startswith(name) for one in known):
            raise ConfigError(f"{name}: there is no such {kind}; choose {listing(told)}.{near(name, told)}")
    return [one for one in known if not names or one.startswith(tuple(names))]


def _meant(word: str) -> list[Choice]:
    group, _, name = word.partition("=")
    if group not in GROUPS:
        raise ConfigError(f"{word}: there is no such group; choose {listing(GROUPS)}.{near(group, GROUPS)}")
    known = {choice.name: choice for choice in own_choices(group)}
    if name and name not in known:
        raise ConfigError(f"{word}: there is no such {group}; choose {listing(known)}.{near(name, known)}")
    return [known[name]] if name else list(known.values())


@cache
def configuration(*words: str) -> RunConfig:
    """What `inr fit` would run for these words, without the person's own configuration files."""
    return compose(prepare(words))


def numbers(choice: Choice) -> list[str]:
    """The part's own numbers, as `scale=10`; what is null is left out."""
    part = plain(configuration(choice.word))[choice.group]
    return [f"{key}={_shown(value)}" for key, value in part.items() if key != "name" and value is not None]


def brought(choice: Choice) -> list[str]:
    """What the word changes outside its group, as `init=siren`, `batch_size=full`."""
    before, after = plain(configuration()), plain(configuration(choice.word))
    changed = {key: value for key, value in after.items() if key != choice.group and value != before[key]}
    return [word for key, value in changed.items() for word in _changes(key, value, before[key])]


def _changes(key: str, value: Any, before: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{key}={_shown(value)}"
        return
    if value["name"] != before["name"]:
        yield f"{key}={value['name']}"
        return
    yield from (f"{key}.{leaf}={_shown(number)}" for leaf, number in value.items() if number != before[leaf])


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case list():
            return f"[{', '.join(map(_shown, value))}]"
        case {"name": str(name)}:
            return name
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else f"{text[:8]}..."
