import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inr_cli.bench import start


def waits(*seconds: float) -> Callable[[tuple[str, ...]], float]:
    """One that takes so long each time."""
    left = iter(seconds)
    return lambda command: next(left)


def test_a_wait_is_the_median_behind_the_first_round_and_compared_with_pytorchs_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone, help_ = (start.WAITS[name][1] for name in (start.ALONE, "the help"))
    said = {start.ALONE: (waits(90.0, 4.0, 2.0, 3.0), alone), "the help": (waits(99.0, 0.1, 0.5, 0.2), help_)}
    monkeypatch.setattr(start, "WAITS", said)
    first, second = start.measure(3)
    assert (first.seconds, first.low, first.high, first.beyond) == (3.0, 2.0, 4.0, 0.0)
    assert (second.seconds, second.low, second.high) == (0.2, 0.1, 0.5)
    assert second.beyond == pytest.approx(0.2 - 3.0)
    assert (first.command[:10], second.command) == ("python -c ", "inr --help")
    assert all(len(row.cells()) == len(start.HEADER) for row in (first, second))


def test_the_first_step_is_taken_once_the_measurement_behind_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "outputs/2026-01-01/a"
    folder.mkdir(parents=True)
    assert not start._has_stepped(tmp_path)
    for written, stepped in (("step,seconds\n", False), ("0,0.1\n", False), ("10,0.1\n", False), ("1,0.2\n", True)):
        with (folder / "metrics.csv").open("a") as file:
            file.write(written)
        assert start._has_stepped(tmp_path) == stepped


def test_a_training_is_ended_behind_its_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Kept(subprocess.Popen):
        def __init__(self, *args: Any, **words: Any) -> None:
            super().__init__(*args, **words)
            begun.append(self)

    monkeypatch.setattr(subprocess, "Popen", Kept)
    start._first_step((*start.INR, *start.FIT))
    assert [process.returncode for process in begun] == [-signal.SIGKILL]


def test_a_training_that_ends_before_its_first_step_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="did not begin to train"):
        start._first_step((*start.INR, "fit", "image=nothing"))
