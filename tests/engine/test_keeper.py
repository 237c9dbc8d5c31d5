"""Coming back from a checkpoint: to the state that was saved, or to a refusal, never to a crash."""

from __future__ import annotations

import copy
import hashlib
import math
import shutil
from collections.abc import Callable, Iterator
from functools import partial, reduce
from operator import delitem, getitem
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from inr_cli.config.errors import CheckpointError, DivergedError, UserError
from inr_cli.config.root import RunConfig
from inr_cli.engine.checkpoint import Progress, load, save
from inr_cli.engine.keeper import Keeper, path_of, require_savable
from inr_cli.engine.log import MetricsLog
from inr_cli.engine.sealed import reading
from inr_cli.engine.training import Training

Configure = Callable[..., RunConfig]
Begin = Callable[..., Training]
Checkpoint = Callable[..., Training]
State = dict[str, Any]

SMALL = ("size=8", "network.hidden_features=4", "network.hidden_layers=1", "encoding.count=2", "batch_size=full")
STEP = 3


class Run:
    """A run's folder with one checkpoint in it, whose training may be changed before it is gone on with."""

    def __init__(self, folder: Path, words: tuple[str, ...], config: RunConfig, begin: Begin) -> None:
        self.folder, self.config, self.begin = folder, config, partial(begin, *words)
        self.path = folder / path_of(STEP)
        self.field, self.meta = load(self.path)
        assert self.meta.progress is not None
        self.state: State = self.meta.progress.state

    def go_on(self, state: State) -> None:
        """Read that state from the file and take a step more."""
        digest = hashlib.sha256().hexdigest()
        progress = Progress(seconds=0.5, metrics_bytes=0, metrics_sha256=digest, state=state)
        save(self.path, self.field, self.config, self.meta.picture.sha256, STEP, progress)
        training, log = self.begin(), MetricsLog(self.folder / "metrics.csv")
        keeper = Keeper(self.folder, training, self.config, self.meta.picture.sha256, log)
        assert keeper.restore() == STEP
        training.update(STEP)

    def adopt(self, state: State) -> None:
        """The same without the file."""
        training = self.begin()
        with reading(self.path):
            training.adopt(self.field.state_dict(), state, STEP)
        for step in (STEP, STEP + 1):
            training.update(step)


@pytest.fixture
def run_of(tmp_path: Path, configure: Configure, begin: Begin, checkpoint: Checkpoint) -> Callable[..., Run]:
    def made(*words: str) -> Run:
        words = (*SMALL, *words)
        (tmp_path / "checkpoints").mkdir()
        (tmp_path / "metrics.csv").touch()
        checkpoint(tmp_path / path_of(STEP), *words)
        return Run(tmp_path, words, configure(*words), begin)

    return made


def places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the nodes of a tree are."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*place, key)
        yield from places(value, (*place, key))


def changed(data: Any, place: tuple[Any, ...], change: Callable[[Any, Any], object]) -> Any:
    """A copy in which the container of the node at that place was changed."""
    data = copy.deepcopy(data)
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    change(inner, place[-1])
    return data


def becomes(value: Any) -> Callable[[Any, Any], object]:
    return lambda inner, key: inner.__setitem__(key, value(inner[key]) if callable(value) else value)


def cut(tensor: Tensor) -> Tensor:
    return tensor.flatten()[:-1].clone()


WRONG_TENSORS: list[Any] = [
    lambda tensor: tensor.new_zeros(()) if tensor.dim() else tensor.new_zeros(3),
    lambda tensor: tensor.new_zeros(9, 9, 9),
    lambda tensor: tensor.to(torch.int64),
    lambda tensor: tensor.to(torch.bool),
    lambda tensor: tensor.to(torch.float16),
    lambda tensor: tensor.to(torch.float64),
    lambda tensor: torch.full_like(tensor, math.nan),
    *(cut, "x", None, 3),
]
WRONG_VALUES: list[Any] = ["x", None, [], {}, -1, 0, 2**53, math.nan, math.inf, -1e300, 1e300, True, torch.zeros(2)]
ADAM, SGD = ("optimizer=adam",), ("optimizer=sgd",)
LBFGS = ("optimizer=lbfgs", "optimizer.max_iter=2", "optimizer.history=4")
OTHERS = [
    ("optimizer=muon", "network.hidden_layers=2"),
    *([f"optimizer={name}"] for name in ("soap", "prodigy", "shampoo")),
]


@pytest.mark.parametrize(
    "words",
    [ADAM, SGD, *(pytest.param(words, marks=pytest.mark.long) for words in (LBFGS, *OTHERS))],
    ids=lambda words: words[0],
)
def test_a_state_with_one_thing_wrong_is_refused_or_does_no_harm(
    words: tuple[str, ...], run_of: Callable[..., Run]
) -> None:
    run, harmful, refused = run_of(*words), [], 0
    for place in places(run.state):
        if place[1:2] == ("state",) and place[2:3] > (1,):  # two parameters stand for all
            continue
        node = reduce(getitem, place, run.state)
        changes = map(becomes, WRONG_TENSORS if isinstance(node, Tensor) else WRONG_VALUES)
        for number, change in enumerate([delitem, *changes]):
            try:
                run.adopt(changed(run.state, place, change))
            except CheckpointError:
                refused += 1
            except UserError:
                continue
            except Exception as error:
                harmful.append((place, number, repr(error)[:100]))
    assert not harmful
    assert refused > 50


@pytest.mark.parametrize(
    ("words", "place", "change"),
    [
        (ADAM, ("optimizer", "state", 0, "exp_avg"), becomes(lambda tensor: tensor.new_zeros(()))),
        (ADAM, ("optimizer", "state", 0, "exp_avg"), becomes(cut)),
        (ADAM, ("optimizer", "state", 1, "exp_avg_sq"), becomes(lambda tensor: tensor.new_zeros(9, 9))),
        (ADAM, ("optimizer", "state", 0, "exp_avg"), becomes(lambda tensor: torch.full_like(tensor, math.nan))),
        (ADAM, ("optimizer", "state", 0, "exp_avg_sq"), becomes(lambda tensor: torch.full_like(tensor, math.inf))),
        (ADAM, ("optimizer", "state", 0, "step"), becomes("3")),
        (ADAM, ("optimizer", "state", 0, "exp_avg"), delitem),
        (ADAM, ("optimizer", "state", 0), becomes("x")),
        (ADAM, ("optimizer", "state"), becomes([])),
        (ADAM, ("optimizer", "param_groups"), becomes([])),
        (ADAM, ("optimizer", "param_groups"), becomes(lambda groups: groups * 1000)),
        (ADAM, ("optimizer", "param_groups", 0), delitem),
        (ADAM, ("optimizer", "param_groups", 0, "betas"), delitem),
        (ADAM, ("optimizer", "param_groups", 0, "eps"), becomes("1e-8")),
        (ADAM, ("optimizer", "param_groups", 0, "fused"), becomes("True")),
        (ADAM, ("optimizer", "param_groups", 0, "params"), becomes([0, 0, 0, 0, 0, 0])),
        (ADAM, ("optimizer", "param_groups", 0, "params"), becomes(list(range(10**4)))),
        (SGD, ("optimizer", "state", 1, "momentum_buffer"), becomes(cut)),
        (SGD, ("optimizer", "param_groups", 0, "foreach"), becomes(True)),
        (LBFGS, ("optimizer", "param_groups", 0, "max_iter"), becomes(2**53)),
        (LBFGS, ("optimizer", "param_groups", 0, "history_size"), becomes(2**53)),
        (LBFGS, ("optimizer", "state", 0, "old_stps"), becomes([])),
        (LBFGS, ("optimizer", "state", 0, "d"), becomes(cut)),
        (ADAM, ("losses", "sum"), becomes("0")),
        (ADAM, ("losses", "count"), becomes("x")),
        (ADAM, ("slowed",), becomes("0.5")),
        (ADAM, ("slowed",), becomes(0.0)),
        (ADAM, ("slowed",), becomes(2.0)),
        (ADAM, ("pieces",), becomes(0)),
        (ADAM, ("pieces",), becomes(2**40)),
        (ADAM, ("pieces",), delitem),
        (ADAM, ("optimizer",), delitem),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_hostile_state_is_refused(
    words: tuple[str, ...], place: tuple[Any, ...], change: Callable[[Any, Any], object], run_of: Callable[..., Run]
) -> None:
    run = run_of(*words)
    with pytest.raises(CheckpointError) as caught:
        run.go_on(changed(run.state, place, change))
    assert str(caught.value).startswith(f"{run.path}: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) - len(str(run.path)) < 200


def test_an_honest_state_is_not(run_of: Callable[..., Run]) -> None:
    run = run_of(*ADAM)
    run.go_on(run.state)


def test_a_checkpoint_under_the_name_of_another_step_is_passed_over(
    run_of: Callable[..., Run], capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_of(*ADAM)
    shutil.copy(run.path, run.folder / path_of(STEP + 4))
    run.go_on(run.state)
    assert f"is of step {STEP}" in capsys.readouterr().err


SPOILT: dict[str, Callable[[Training], Tensor]] = {
    "field": lambda training: next(training.field.parameters()),
    "optimiser": lambda training: training.optimizer.state_dict()["state"][0]["exp_avg"],
    "losses": lambda training: training.losses._sum,
}


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_number_that_is_none_is_not_saved_over_a_good_one_nor_remembered_as_one(
    spoilt: str, bad: float, run_of: Callable[..., Run]
) -> None:
    run = run_of()
    good, training = run.path.read_bytes(), run.begin()
    keeper = Keeper(run.folder, training, run.config, run.meta.picture.sha256, MetricsLog(run.folder / "metrics.csv"))
    training.update(0)
    keeper.remember(1)
    with torch.no_grad():
        SPOILT[spoilt](training).view(-1)[-1] = bad
    for keep in (keeper.save, keeper.remember):
        with pytest.raises(DivergedError):
            keep(STEP)
    assert run.path.read_bytes() == good


@pytest.mark.parametrize("words", [ADAM, SGD, LBFGS, *OTHERS], ids=lambda words: words[0])
def test_how_large_a_checkpoint_becomes_is_known_after_the_first_step(
    words: tuple[str, ...], begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After that only L-BFGS' memory grows, to what its options allow."""
    training, steps = begin(*SMALL, *words), 8
    training.update(0)
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("inr_cli.engine.keeper.require_readable", lambda count, size: asked.append((count, size)))
    require_savable(training)
    for step in range(1, steps):
        training.update(step)
    monkeypatch.setattr("inr_cli.engine.keeper.growth", lambda *_: (0, 0))  # it has grown as far as it may
    require_savable(training)
    [(count, size), (last_count, last_size)] = asked
    assert last_count <= count <= 1.5 * last_count
    assert 0.95 * last_size <= size <= 1.1 * last_size
