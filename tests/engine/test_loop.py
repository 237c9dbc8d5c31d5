import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from inr_cli.config.errors import DivergedError
from inr_cli.config.root import RunConfig
from inr_cli.engine.log import MetricsLog, progress_bar
from inr_cli.engine.loop import MEASUREMENTS, Mean, loop
from inr_cli.engine.training import Training
from inr_cli.signal.metrics import psnr

Configure = Callable[..., RunConfig]
Begin = Callable[..., Training]


class Watched:
    """A loop that ran, and when it saved and drew."""

    def __init__(self, folder: Path, configure: Configure, begin: Begin, *words: str) -> None:
        self.training = begin(*words)
        self.saved: list[int] = []
        self.drawn: list[int] = []
        self.path = folder / "metrics.csv"
        with progress_bar(self.training.steps, "test") as bar:
            log = MetricsLog(self.path)
            self.loss = loop(self.training, configure(*words), log, bar, self.saved.append, self.drawn.append)

    @property
    def rows(self) -> list[dict[str, str]]:
        with self.path.open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        (["steps=20", "eval_every=5"], [0, 5, 10, 15]),
        (["steps=7", "eval_every=3"], [0, 3, 6]),
        (["steps=4", "eval_every=100"], [0]),
        (["steps=3"], [0, 1, 2]),
        (["steps=0"], []),
    ],
)
def test_it_measures_at_the_start_and_when_due_but_leaves_the_end_to_its_caller(
    words: list[str], steps: list[int], configure: Configure, begin: Begin, tmp_path: Path
) -> None:
    assert [int(row["step"]) for row in Watched(tmp_path, configure, begin, *words).rows] == steps


def test_a_run_is_measured_about_twenty_times(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    assert len(Watched(tmp_path, configure, begin, "steps=60").rows) == MEASUREMENTS


def test_it_saves_and_draws_when_due_but_not_at_the_end(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    ran = Watched(tmp_path, configure, begin, "steps=12", "save_every=4", "render_every=5")
    assert ran.saved == [4, 8]
    assert ran.drawn == [5, 10]


def test_it_is_the_updates_in_order_and_nothing_else(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    ran = Watched(tmp_path, configure, begin, "steps=10", "eval_every=3", "save_every=2")
    plain = begin("steps=10")
    losses = [float(plain.update(step)) for step in range(10)]
    for ours, theirs in zip(ran.training.field.parameters(), plain.field.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert ran.loss == pytest.approx(losses[9], rel=1e-6)
    logged = [float(row["loss"]) for row in ran.rows[1:]]
    assert logged == pytest.approx([np.mean(losses[start : start + 3]) for start in (0, 3, 6)], rel=1e-5)
    assert ran.rows[0]["loss"] == ""


def test_the_psnr_of_a_row_is_that_of_the_field_then(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    ran = Watched(tmp_path, configure, begin, "steps=10", "eval_every=4")
    plain = begin("steps=10")
    target = plain.task.targets.reshape(15, 15, 3).numpy()
    expected = []
    for step in range(9):
        if step % 4 == 0:
            expected.append(psnr(plain.look().numpy(), target))
        plain.update(step)
    assert [float(row["psnr"]) for row in ran.rows] == pytest.approx(expected, abs=1e-4)


def test_numbers_that_are_not_finite_stop_the_run_with_the_step_and_what_to_change(
    configure: Configure, begin: Begin, tmp_path: Path
) -> None:
    with pytest.raises(DivergedError) as caught:
        Watched(tmp_path, configure, begin, "optimizer=sgd", "optimizer.lr=1e6", "steps=60", "eval_every=1")
    assert "step" in str(caught.value)
    assert "optimizer.lr" in str(caught.value)
    assert "1e+06" in str(caught.value)


def test_divergence_after_the_last_measurement_is_found_too(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    """Nothing is measured between the start and the end here: the end must look."""
    words = ["optimizer=sgd", "optimizer.lr=1e6", "steps=60", "eval_every=1000"]
    try:
        ran = Watched(tmp_path, configure, begin, *words)
    except DivergedError:
        return
    assert ran.loss is not None
    assert not math.isfinite(ran.loss)


def test_a_mean_starts_again_when_it_is_taken(begin: Begin) -> None:
    mean = Mean(begin())
    for value in (1.0, 2.0, 6.0):
        mean.add(torch.tensor(value))
    assert mean.take() == 3
    assert mean.take() is None
    mean.add(torch.tensor(4.0))
    assert mean.take() == 4
