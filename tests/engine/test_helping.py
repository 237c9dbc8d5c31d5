"""Several processes that share the steps of one run, against one that takes them alone."""

import csv
import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from inr_cli.config.root import RunConfig
from inr_cli.config.torchrun import place
from inr_cli.engine.checkpoint import load
from inr_cli.engine.loop import Loop
from inr_cli.engine.resume import resume
from inr_cli.engine.runs import checkpoint_of, read_json, runs
from inr_cli.engine.train import train

Configure = Callable[..., RunConfig]
SideBySide = Callable[..., list[int]]


def weights(run: Path) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in load(checkpoint_of(run))[0].parameters()])


def rows(run: Path) -> list[list[float]]:
    """The loss and PSNR of every measurement."""
    with (run / "metrics.csv").open() as lines:
        return [[float(row[name] or "nan") for name in ("step", "lr", "loss", "psnr")] for row in csv.DictReader(lines)]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (2, ["batch_size=63"]),
        (3, ["batch_size=63", "micro_batch=4"]),
        (2, ["batch_size=full", "optimizer=sgd"]),
        (2, ["batch_size=full", "optimizer=lbfgs", "optimizer.max_iter=3"]),
        (3, ["batch_size=2", "sampler=uniform"]),
        (2, ["sampler=sequential", "batch_size=56"]),
        (2, ["mask=coarse_to_fine", "encoding=gaussian", "sampler=progressive"]),
        (2, ["task=poisson", "activation=sine", "optimizer=adamw", "optimizer.weight_decay=0.1"]),
        (2, ["network=separable", "batch_size=full"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else f"{value} processes",
)
def test_as_many_processes_as_there_are_make_the_run_of_one(
    count: int, words: list[str], configure: Configure, side_by_side: SideBySide, tmp_path: Path
) -> None:
    config = configure(*words, "eval_every=5", "precision=float64", f"out={tmp_path / 'several'}")
    alone = train(config.model_copy(update={"out": str(tmp_path / "alone")}))
    assert side_by_side(count, lambda: train(config)) == [0] * count
    [several] = runs(tmp_path / "several")
    # float64, so that only a wrong gradient can tell: sums in another order differ by 1e-16 and grow over the steps
    torch.testing.assert_close(weights(several), weights(alone.path), rtol=0, atol=1e-9)
    assert rows(several) == [pytest.approx(row, rel=1e-7, nan_ok=True) for row in rows(alone.path)]
    for file in ("environment.json", "summary.json"):
        assert read_json(several / file)["processes"] == count
        assert read_json(alone.path / file)["processes"] == 1
    kept = [sorted(file.relative_to(run) for file in run.rglob("*")) for run in (several, alone.path)]
    assert kept[0] == kept[1], "the others write nothing"


def test_a_signal_to_all_ends_the_run_at_one_step_from_which_it_goes_on(
    configure: Configure, side_by_side: SideBySide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configure("eval_every=5", "precision=float64", f"out={tmp_path / 'several'}")
    measure, helper = Loop.measure, multiprocessing.Value("i")

    def asked(loop: Loop, step: int) -> None:
        measure(loop, step)
        if step == 10:
            for process in (helper.value, os.getpid()):
                os.kill(process, signal.SIGTERM)

    def work() -> None:
        if place().rank:
            helper.value = os.getpid()
        monkeypatch.setattr(Loop, "measure", asked)
        train(config)

    codes = side_by_side(2, work)
    assert codes[1] == 0, "told by the first process that there are no more steps"
    [run] = runs(tmp_path / "several")
    state = read_json(run / "run.json")
    assert (state["status"], state["exit_code"], state["step"]) == ("interrupted", 143, 10)
    monkeypatch.undo()
    resume(run)
    alone = train(config.model_copy(update={"out": str(tmp_path / "alone")}))
    torch.testing.assert_close(weights(run), weights(alone.path), rtol=0, atol=1e-9)


@pytest.mark.parametrize("divergence", ["stop", "rollback"])
def test_a_run_that_diverges_ends_the_others_too(
    divergence: str, configure: Configure, side_by_side: SideBySide, tmp_path: Path
) -> None:
    words = ["optimizer=sgd", "optimizer.lr=1e9", "eval_every=1", f"on_divergence={divergence}"]
    config = configure(*words, f"out={tmp_path}")
    assert side_by_side(2, lambda: train(config)) == [1, 0]
    [run] = runs(tmp_path)
    assert read_json(run / "run.json")["status"] == "diverged"
