"""TensorBoard."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

import numpy as np
from PIL import Image

from inr_cli.config import spec as config
from inr_cli.logger import Logger, not_installed

FIRST = 0
"""From this step on, a run that goes on takes back what it had said, and says it anew."""


@final
class Tensorboard(Logger):
    """Event files in `tensorboard/`, on the disk after every row: a board that is open shows the run as it goes on."""

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise not_installed("tensorboard") from None
        self._open = SummaryWriter

    def begin(self, folder: Path, config: dict[str, Any], known: str | None) -> None:
        self._writer = self._open(str(folder / "tensorboard"), purge_step=FIRST)
        self._text("config", config)

    def row(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
        self._writer.flush()

    def picture(self, step: int, file: Path) -> None:
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("RGBA"))
        self._writer.add_image("render", pixels, step, dataformats="HWC")
        self._writer.flush()

    def end(self, status: str, summary: dict[str, Any]) -> None:
        self._text("summary", {"status": status, **summary})
        self._writer.close()

    def _text(self, tag: str, data: dict[str, Any]) -> None:
        """A table as the board shows it, its indented lines as they are."""
        lines = json.dumps(data, indent=2, ensure_ascii=False).splitlines()
        self._writer.add_text(tag, "\n".join(f"    {line}" for line in lines), FIRST)
