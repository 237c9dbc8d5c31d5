"""Which of several processes this is, as torchrun tells them. Needs no torch."""

from __future__ import annotations

import os
from typing import NamedTuple

from inr_cli.config.errors import ConfigError

NAMES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")


class Place(NamedTuple):
    """A process among all, and among those on its machine."""

    rank: int = 0
    processes: int = 1
    local_rank: int = 0
    local_processes: int = 1


def place() -> Place:
    """What the environment says; a process alone where it does not say all of it."""
    told = [os.environ.get(name, "") for name in NAMES]
    return Place(*map(int, told)) if all(word.isdecimal() for word in told) else Place()


def require_alone(what: str) -> None:
    """Raise `ConfigError` for what is not one run, where there are several processes."""
    if place().processes > 1:
        raise ConfigError(f"{what}: torchrun is for a single run, inr fit or inr resume; start this without it.")
