"""Loggers: where a run's rows and pictures go besides `metrics.csv` and `renders/`, which are always written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.config.room import Room


class Logger(ABC):
    """Hands on what a run tells to one tool, whose files stay in the run's folder.

    When a run goes on it is told everything again, from step 0 to the checkpoint, in the order of the steps. What it
    was told of later steps by an attempt that was killed does not count. Nothing goes onto the network unless the
    tool's own environment variable says so.
    """

    Spec: ClassVar[type[config.Spec]]

    @abstractmethod
    def __init__(self, spec: config.Spec) -> None:
        """Find the tool, before the run has a folder. Raises `ConfigError` where it is not installed."""

    @abstractmethod
    def begin(self, folder: Path, config: dict[str, Any], known: str | None) -> str | None:
        """Begin, or go on with the run that the tool called `known`; returns what it calls it. Raises `ConfigError`."""

    @abstractmethod
    def row(self, step: int, values: Mapping[str, float]) -> None:
        """What was measured after so many steps; every number is finite."""

    @abstractmethod
    def picture(self, step: int, file: Path) -> None:
        """What the field showed after so many steps, a PNG file."""

    @abstractmethod
    def end(self, status: str, summary: dict[str, Any]) -> None:
        """The run is done, interrupted, diverged or failed; the summary is empty unless it is done."""


def not_installed(name: str) -> ConfigError:
    """What to say where a logger's package is missing: the extra has the logger's name."""
    return ConfigError(f"logger={name}: needs a package more: pip install 'inr-cli[{name}]'.")


loggers: Room[Logger] = Room(__name__, __path__)
