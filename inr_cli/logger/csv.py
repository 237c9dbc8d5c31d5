"""No tool: the run's own files are all there is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from inr_cli.config import spec as config
from inr_cli.logger import Logger


@final
class Csv(Logger):
    """Nothing in addition: `metrics.csv` is written whatever the logger, since a run goes on from it."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None:
        pass

    def begin(self, folder: Path, config: dict[str, Any], known: str | None) -> None:
        pass

    def row(self, step: int, values: Mapping[str, float]) -> None:
        pass

    def picture(self, step: int, file: Path) -> None:
        pass

    def end(self, status: str, summary: dict[str, Any]) -> None:
        pass
