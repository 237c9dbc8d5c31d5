"""Weights & Biases."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.logger import Logger, not_installed

LOCAL = ("offline", "dryrun", "disabled")
"""Modes without a network."""


@final
class Wandb(Logger):
    """A run in `wandb/`, offline unless WANDB_MODE says otherwise, and in the project `inr` unless WANDB_PROJECT does.

    One that goes on has the same id. Offline it is written anew, from step 0: the newest folder holds the whole run.
    Online, the tool itself passes over the steps that it has.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None:
        os.environ.setdefault("WANDB_ERROR_REPORTING", "false")  # which goes onto the network in every mode
        try:
            import wandb
        except ImportError:
            raise not_installed("wandb") from None
        self._wandb = wandb

    def begin(self, folder: Path, config: dict[str, Any], known: str | None) -> str:
        mode: Any = os.environ.get("WANDB_MODE", "offline")
        if mode not in LOCAL and not self._wandb.login(prompt=False, verify=False):
            raise ConfigError(f"logger=wandb: WANDB_MODE={mode} needs a key: wandb login, or set WANDB_API_KEY.")
        self._run = self._wandb.init(
            dir=str(folder),
            project=os.environ.get("WANDB_PROJECT", "inr"),
            name=folder.name,
            id=known,
            resume="allow",
            mode=mode,
            config=config,
            settings=self._wandb.Settings(console="off", silent=True, reinit="create_new"),
        )
        return self._run.id

    def row(self, step: int, values: Mapping[str, float]) -> None:
        self._run.log(dict(values), step=step)

    def picture(self, step: int, file: Path) -> None:
        self._run.log({"render": self._wandb.Image(str(file))}, step=step)

    def end(self, status: str, summary: dict[str, Any]) -> None:
        self._run.summary.update(summary)
        self._run.finish(exit_code=0 if status == "done" else 1)
