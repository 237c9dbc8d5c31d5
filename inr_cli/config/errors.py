"""Every way this program says no: one exception per exit code, one line per message.

The codes are documented in the README and never reused. Anything that is not a `UserError` is a bug in
this program and exits with 1.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import ClassVar

WIDEST = 160
"""Letters of a list of known words in a message."""


class UserError(Exception):
    """What the user can mend. The message says what was given, what is allowed and what to change."""

    code: ClassVar[int] = 1


class ConfigError(UserError):
    """A wrong word on the command line or in a configuration file."""

    code = 2


class PictureError(UserError):
    """A picture that cannot be read as what it claims to be."""

    code = 3


class OutputError(UserError):
    """A folder or file that cannot be written."""

    code = 4


class CheckpointError(UserError):
    """A checkpoint that is damaged, foreign, hostile or newer than this program."""

    code = 5


class DamagedError(CheckpointError):
    """A checkpoint whose bytes or numbers have gone bad: the one before it may still be whole."""


class DatasetError(UserError):
    """A dataset that is not there and could not be fetched."""

    code = 6


class DivergedError(UserError):
    """Training reached a number that is not finite."""

    code = 7


class LockedError(UserError):
    """A folder in which another process is at work."""

    code = 9


class MemoryShortError(UserError):
    """Not enough memory, however small the pieces."""

    code = 8


class SweepError(UserError):
    """Of several jobs some did not finish, or did not come out as expected."""

    code = 10


class Stopped(KeyboardInterrupt):
    """Somebody asked for an end, with SIGINT or SIGTERM, and the run was saved before it ended."""

    def __init__(self, number: int, message: str = "") -> None:
        super().__init__(message)
        self.code = 128 + number


def near(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'scale'?` for the nearest of the known words, or nothing."""
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{match[0]}'?" if match else ""


def near_path(word: str, known: Iterable[str]) -> str:
    """`near` for names in folders, where `fit_siren` is near `siren_study/fit_siren`."""
    names = list(known)
    called = {**{name.rpartition("/")[2]: name for name in names}, **{name: name for name in names}}
    match = difflib.get_close_matches(word, called, n=1, cutoff=0.6)
    return f" Did you mean '{called[match[0]]}'?" if match else ""


def near_option(key: str, known: Sequence[str]) -> str:
    """`near` for dotted keys, where `lr` is near `optimizer.lr`; Hydra's own keys are near each other only."""
    names = [name for name in known if name.startswith("hydra") == key.startswith("hydra")]
    leaves = {name.rpartition(".")[2]: name for name in names}
    if key in leaves:
        return f" Did you mean '{leaves[key]}'?"
    last = difflib.get_close_matches(key.rpartition(".")[2], leaves, n=1)
    return near(key, names) or (f" Did you mean '{leaves[last[0]]}'?" if last else "")


def listing(known: Iterable[str], limit: int = 12) -> str:
    """Known words joined for a message, cut after `limit` or `WIDEST` so that the message stays one short line."""
    words = sorted(known)
    shown = [
        word for word, end in zip(words, accumulate(len(word) + 2 for word in words), strict=True) if end <= WIDEST
    ]
    more = f", ... ({len(words)} in all)" if len(shown[:limit]) < len(words) else ""
    return ", ".join(shown[:limit]) + more
