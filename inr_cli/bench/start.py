"""`inr bench start`: how long one waits, from Enter to the help and to the first step of a training."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from inr_cli.report.markdown import spread

HEADER = ("from Enter to", "seconds", "beyond PyTorch alone")
INR = (sys.executable, "-m", "inr_cli")
TORCH = "import torch; torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))])"
"""What a training needs of PyTorch before anything of ours."""
FIT = ("fit", "image=cat", "size=64", "steps=1000", "eval_every=1")
LOOK = 0.002
"""Seconds between two looks at whether the first step was taken."""
LONGEST = 120.0


@dataclass(frozen=True)
class Row:
    """Seconds, the median and the range of several starts by turns; `beyond` are those more than PyTorch alone."""

    case: str
    command: str
    seconds: float
    low: float
    high: float
    beyond: float

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        return [self.case, spread(self.seconds, self.low, self.high), f"{self.beyond:+.2f}"]


def measure(rounds: int) -> Iterator[Row]:
    """A row for each thing that one waits for."""
    seconds: dict[str, list[float]] = {case: [] for case in WAITS}
    for _ in range(rounds + 1):  # the first round fills the disk's cache
        for case, (wait, command) in WAITS.items():
            seconds[case].append(wait(command))
    torch = median(seconds[ALONE][1:])
    for case, (_, command) in WAITS.items():
        found = seconds[case][1:]
        told = " ".join(("inr", *command[3:]) if command[:3] == INR else ("python", *command[1:]))
        yield Row(case, told, median(found), min(found), max(found), median(found) - torch)


def _ended(command: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _first_step(command: tuple[str, ...]) -> float:
    """Until the measurement behind the first step is written down; the run is ended then."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not _has_stepped(Path(folder)):
                if process.poll() is not None or time.perf_counter() - started > LONGEST:
                    raise RuntimeError(f"{' '.join(command)}: did not begin to train")
                time.sleep(LOOK)
            seconds = time.perf_counter() - started
            process.kill()
        return seconds


def _has_stepped(folder: Path) -> bool:
    return any("\n1," in file.read_text() for file in folder.glob("outputs/*/*/metrics.csv"))


ALONE = "PyTorch and its Adam, without `inr`"
WAITS: dict[str, tuple[Callable[[tuple[str, ...]], float], tuple[str, ...]]] = {
    ALONE: (_ended, (sys.executable, "-c", TORCH)),
    "the help": (_ended, (*INR, "--help")),
    "a checked configuration": (_ended, (*INR, "fit", "--cfg", "job")),
    "the first step": (_first_step, (*INR, *FIT)),
}
"""How each is timed, and the command."""
