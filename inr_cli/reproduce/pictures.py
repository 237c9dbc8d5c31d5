"""The pictures that an experiment's figures are the mean of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from inr_cli.config.compose import combinations, compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.paths import own_folders
from inr_cli.dataset import datasets

KEY = "image="


def pictures(name: str, words: Sequence[str]) -> set[str]:
    """Those that words of this experiment choose; empty where they leave that to its yaml. Raises `ConfigError`."""
    named = [word for word in every_picture(name, words) if word.startswith(KEY)]
    return {word.removeprefix(KEY) for [word] in combinations(named[-1:], own_folders())} if named else set()


def every_picture(name: str, words: Sequence[str]) -> list[str]:
    """`image=all` as the names of the dataset's pictures. Raises `ConfigError`."""
    if "image=all" not in words:
        return list(words)
    typed = tuple(word for word in words if word.startswith("dataset="))
    found = _averaged((f"experiment={name}", *typed), tuple(own_folders()))
    return [f"{KEY}{','.join(found)}" if word == "image=all" else word for word in words]


@cache
def _averaged(words: tuple[str, ...], folders: tuple[str, ...]) -> list[str]:
    """The pictures of the dataset that these words choose. Raises `ConfigError`."""
    dataset = compose(words, folders).dataset.name
    found = datasets.find(dataset).averaged()
    if not found:
        name = words[0].removeprefix("experiment=")
        raise ConfigError(f"{name}: image=all: dataset={dataset} has no list of pictures; choose another.")
    return found
