"""The bar of a sweep: how many jobs have ended, how those that run are getting on, and at once what failed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from inr_cli.cli.job import failure
from inr_cli.config.errors import UserError
from inr_cli.engine.log import COLUMNS, METRICS, tell
from inr_cli.engine.plan import FAILED, job_state

PAUSE = 0.5
"""Seconds between two looks at what the jobs have measured."""
TAIL = 4096
"""Bytes at the end of `metrics.csv` among which the newest PSNR is looked for."""


class OuterBar(tqdm):  # type: ignore[type-arg]
    """One bar on standard error for all jobs; where no person is watching, only what failed is said."""

    def __init__(self, jobs: int, ended: int) -> None:
        super().__init__(total=jobs, initial=ended, unit="job", disable=None, dynamic_ncols=True)
        self.failed: list[Path] = []
        self.looked = 0.0

    def look(self, running: Sequence[Path]) -> tuple[()]:
        """Show what the jobs that run have reached; none of them is to end."""
        if not self.disable and time.monotonic() >= self.looked + PAUSE:
            self.looked = time.monotonic()
            self.set_postfix_str(", ".join([*self._failures(), *map(progress, running)]))
        return ()

    def ended(self, folder: Path) -> None:
        """A job has come to its end, such as it was."""
        state = job_state(folder)
        self._count(folder, failure(state) if state["status"] in FAILED else None)

    def lost(self, folder: Path, error: UserError) -> None:
        """A job has come to an end that cannot be written down."""
        self._count(folder, f"{folder.name}: {error}")

    def _count(self, folder: Path, wrong: str | None) -> None:
        if wrong is not None:
            self.failed.append(folder)
            tell(wrong)
        self.set_postfix_str(", ".join(self._failures()), refresh=False)
        self.update()

    def _failures(self) -> list[str]:
        return [f"{len(self.failed)} failed"] if self.failed else []


def progress(folder: Path) -> str:
    """A job's number, and its newest PSNR once it has one: `003 28.1 dB`."""
    number, psnr = folder.name.partition("-")[0], newest_psnr(folder / METRICS)
    return number if psnr is None else f"{number} {psnr:.1f} dB"


def newest_psnr(file: Path) -> float | None:
    """The last PSNR near the end of a `metrics.csv` that another process may be writing."""
    try:
        with file.open("rb") as rows:
            rows.seek(max(0, file.stat().st_size - TAIL))
            lines = rows.read().decode(errors="replace").splitlines()[1:]  # the first is the header, or half a row
    except OSError:
        return None
    cells = (line.split(",")[COLUMNS.index("psnr")] for line in reversed(lines) if line.count(",") >= len(COLUMNS) - 1)
    return next((float(cell) for cell in cells if cell), None)
