import csv
import math
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from inr_cli.config.errors import DivergedError, Stopped
from inr_cli.config.root import RunConfig
from inr_cli.engine.checkpoint import load
from inr_cli.engine.keeper import Keeper, path_of, steps_in
from inr_cli.engine.log import MetricsLog, progress_bar
from inr_cli.engine.loop import MEASUREMENTS, Loop
from inr_cli.engine.mean import Mean
from inr_cli.engine.runs import read_json
from inr_cli.engine.stop import Stop
from inr_cli.engine.train import train
from inr_cli.engine.training import Training
from inr_cli.signal.metrics import psnr

Configure = Callable[..., RunConfig]
Begin = Callable[..., Training]


class Watched:
    """A loop that ran, and what it saved and drew."""

    def __init__(
        self, folder: Path, configure: Configure, begin: Begin, *words: str, terms: Sequence[str] = ()
    ) -> None:
        self.training = begin(*words)
        self.folder = folder
        self.drawn: list[int] = []
        self.path = folder / "metrics.csv"
        config = configure(*words)
        (folder / "checkpoints").mkdir()
        log = MetricsLog(self.path, terms)
        keeper = Keeper(folder, self.training, config, "0" * 64, log)
        with progress_bar(self.training.steps, "test") as bar:
            Loop(self.training, config, log, keeper, self.drawn.append, bar, Stop()).run(keeper.begin())
        self.loss = self.training.losses.take()

    @property
    def saved(self) -> list[int]:
        return steps_in(self.folder)

    @property
    def rows(self) -> list[dict[str, str]]:
        with self.path.open(newline="") as file:
            return list(csv.DictReader(file))


@pytest.mark.parametrize("micro_batch", ["16", "17"])
def test_the_terms_of_a_summed_loss_are_those_of_all_pieces_of_a_step(
    micro_batch: str, tmp_path: Path, configure: Configure, begin: Begin
) -> None:
    words = ["loss=sum", "loss.terms={mse: 1, l1: 0.5}", "precision=float64", "steps=4", "eval_every=1"]
    whole, cut = (tmp_path / name for name in ("whole", "cut"))
    for folder, rows in ((whole, "null"), (cut, micro_batch)):
        folder.mkdir()
        Watched(folder, configure, begin, *words, f"micro_batch={rows}", terms=["loss_mse", "loss_l1"])
    logged = [_terms(folder / "metrics.csv") for folder in (whole, cut)]
    assert len(logged[0]) == 3
    assert logged[1] == [pytest.approx(row, rel=1e-6) for row in logged[0]]


def _terms(file: Path) -> list[list[float]]:
    with file.open(newline="") as lines:
        return [[float(row["loss_mse"]), float(row["loss_l1"])] for row in csv.DictReader(lines) if row["step"] != "0"]


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


def test_a_picture_that_is_large_beside_the_training_is_looked_at_less_often(
    configure: Configure, begin: Begin, tmp_path: Path
) -> None:
    few = ("batch_size=1", "steps=100")
    for number, (words, looks) in enumerate([(few, 1), ((*few, "eval_every=5"), 20), ((*few, "batch_size=4"), 3)]):
        (tmp_path / str(number)).mkdir()
        rows = Watched(tmp_path / str(number), configure, begin, *words).rows
        assert len(rows) == MEASUREMENTS
        assert all(row["loss"] for row in rows[1:])
        assert sum(row["psnr"] != "" for row in rows) == looks


def test_it_saves_and_draws_when_due_and_saves_the_end(configure: Configure, begin: Begin, tmp_path: Path) -> None:
    ran = Watched(tmp_path, configure, begin, "steps=12", "save_every=4", "render_every=5")
    assert ran.saved == [4, 8, 12]
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
    """Nothing is measured between the start and the end here: whoever saves the end must look."""
    words = ["optimizer=sgd", "optimizer.lr=1e6", "steps=60", "eval_every=1000"]
    with pytest.raises(DivergedError):
        Watched(tmp_path, configure, begin, *words)
    assert steps_in(tmp_path) == [0]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("at", [1, 7, 8, 19])
def test_the_last_good_state_is_kept_and_named(
    bad: float, at: int, configure: Configure, begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One weight becomes no number in a step: the state of the measurement before is what is left."""
    update = Training.update

    def spoilt(self: Training, step: int) -> Any:
        loss = update(self, step)
        if step == at:
            with torch.no_grad():
                next(self.field.parameters())[0, 0] = bad
        return loss

    monkeypatch.setattr(Training, "update", spoilt)
    with pytest.raises(DivergedError) as caught:
        Watched(tmp_path, configure, begin, "steps=20", "eval_every=4")
    good = at // 4 * 4
    assert f"Step {good}, the last good one, is kept" in str(caught.value)
    assert steps_in(tmp_path) == [good]
    plain = begin("steps=20", "eval_every=4")
    monkeypatch.undo()
    for step in range(good):
        plain.update(step)
    field, _ = load(tmp_path / path_of(good))
    assert all(torch.equal(value, field.state_dict()[name]) for name, value in plain.field.state_dict().items())


def test_a_rollback_goes_on_from_the_last_good_state_at_half_the_rate(
    configure: Configure, begin: Begin, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rate that is far too high becomes one that is not, or is given up after three attempts."""
    words = ["optimizer=sgd", "steps=40", "eval_every=2", "schedule=constant", "on_divergence=rollback"]
    with pytest.raises(DivergedError):
        Watched(tmp_path, configure, begin, *words, "optimizer.lr=1e9")
    told = read_json(tmp_path / "run.json")["rollbacks"]
    assert [one["lr_factor"] for one in told] == [0.5, 0.25, 0.125]
    assert capsys.readouterr().err.count("Back to step") == 3


def test_a_rollback_that_helps_ends_well(
    configure: Configure, begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Training.update

    def fragile(self: Training, step: int) -> Any:
        loss = update(self, step)
        if step == 9 and self.slowed > 0.3:
            with torch.no_grad():
                next(self.field.parameters())[0, 0] = math.nan
        return loss

    monkeypatch.setattr(Training, "update", fragile)
    ran = Watched(tmp_path, configure, begin, "steps=20", "eval_every=4", "on_divergence=rollback")
    assert [int(row["step"]) for row in ran.rows] == [0, 4, 8, 12, 16]
    assert [one["to_step"] for one in read_json(tmp_path / "run.json")["rollbacks"]] == [8, 8]
    assert ran.training.slowed == 0.25
    assert all(math.isfinite(float(row["psnr"])) for row in ran.rows)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_asks_it_to_stop_gets_a_checkpoint_of_the_step_it_was_in(
    number: int, configure: Configure, begin: Begin, tmp_path: Path
) -> None:
    training, config, log = begin("steps=20"), configure("steps=20"), MetricsLog(tmp_path / "metrics.csv")
    (tmp_path / "checkpoints").mkdir()
    keeper, stop = Keeper(tmp_path, training, config, "0" * 64, log), Stop()
    update = training.update

    def asking(step: int) -> Any:
        if step == 6:
            stop.ask(number)
        return update(step)

    training.update = asking  # type: ignore[method-assign]
    with progress_bar(20, "test") as bar, pytest.raises(Stopped) as caught:
        Loop(training, config, log, keeper, lambda step: None, bar, stop).run(keeper.begin())
    assert caught.value.code == 128 + number
    assert "stopped at step 7 of 20" in str(caught.value)
    assert steps_in(tmp_path) == [7]


def test_a_mean_starts_again_when_it_is_taken() -> None:
    mean = Mean(torch.zeros(()))
    for value in (1.0, 2.0, 6.0):
        mean.add(torch.tensor(value))
    assert mean.take() == 3
    assert mean.take() is None
    mean.add(torch.tensor(4.0))
    assert mean.take() == 4


def test_what_only_the_last_look_shows_ends_a_run_like_anything_else(
    configure: Callable[..., RunConfig], tmp_path: Path
) -> None:
    words = ["steps=1", "optimizer=sgd", "optimizer.lr=1e9", "schedule=constant", "network.hidden_layers=4"]
    (folder := tmp_path / "run").mkdir()
    with pytest.raises(DivergedError, match="Step 0, the last good one, is kept"):
        train(configure(*words), folder)
    assert [file.name for file in (folder / "checkpoints").iterdir()] == ["step_000000.safetensors"]
