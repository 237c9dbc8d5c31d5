"""TensorBoard."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

import numpy as np
from PIL import Image

from inr_cli.config import spec as config
from inr_cli.logger import Logger, not_installed

VERSION = "brain.Event:2"
"""What the format of event files calls itself."""


@final
class Tensorboard(Logger):
    """Event files in `tensorboard/`, on the disk after every row: a board that is open shows the run as it goes on.

    Each begin is a file of its own, whose first event takes back what those before it say. Written here and not by the
    tool's own writer, whose thread fails apart from the run, with a traceback.
    """

    class Spec(config.Spec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None:
        try:
            from tensorboard.compat.proto import event_pb2
            from tensorboard.compat.tensorflow_stub.io.gfile import GFile
            from tensorboard.summary.writer.record_writer import RecordWriter
            from torch.utils.tensorboard import summary
        except ImportError:
            raise not_installed("tensorboard") from None
        self._summary, self._events = summary, event_pb2
        self._open = lambda file: RecordWriter(GFile(str(file), "wb"))

    def begin(self, folder: Path, config: dict[str, Any], known: str | None) -> None:
        (folder / "tensorboard").mkdir(exist_ok=True)
        self._file = self._open(folder / "tensorboard" / f"events.out.tfevents.{time.time_ns()}")
        self._add(file_version=VERSION)
        self._add(session_log=self._events.SessionLog(status=self._events.SessionLog.START))
        self._text("config", config)

    def row(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._add(step=step, summary=self._summary.scalar(name, value))

    def picture(self, step: int, file: Path) -> None:
        with Image.open(file) as picture:
            pixels = np.asarray(picture.convert("RGBA"))
        self._add(step=step, summary=self._summary.image("render", pixels, dataformats="HWC"))

    def end(self, status: str, summary: dict[str, Any]) -> None:
        self._text("summary", {"status": status, **summary})
        self._file.close()

    def _text(self, tag: str, data: dict[str, Any]) -> None:
        """A table as the board shows it, its indented lines as they are."""
        lines = json.dumps(data, indent=2, ensure_ascii=False).splitlines()
        self._add(summary=self._summary.text(tag, "\n".join(f"    {line}" for line in lines)))

    def _add(self, **event: Any) -> None:
        """Append an event. Raises `OSError`."""
        self._file.write(self._events.Event(wall_time=time.time(), **event).SerializeToString())
        self._file.flush()
