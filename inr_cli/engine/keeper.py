"""Keeps a run's checkpoints: those that were asked for, and the newest, from which a broken run goes on."""

from __future__ import annotations

import copy
import math
import re
import time
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from inr_cli.config.errors import CheckpointError, ConfigError, DamagedError, DivergedError
from inr_cli.config.root import RunConfig
from inr_cli.engine.checkpoint import Meta, Progress, kept, load, save
from inr_cli.engine.log import Mark, MetricsLog, tell
from inr_cli.engine.optimizing import growth
from inr_cli.engine.runs import read_json, set_status
from inr_cli.engine.sealed import reading, refusal, require_readable
from inr_cli.engine.training import Training, diverged
from inr_cli.engine.tree import is_finite, tensors_in
from inr_cli.render.field import Field
from inr_cli.signal.write import writing

NAME = re.compile(r"step_(\d+)\.safetensors")
PAUSE = 5.0
"""Seconds between two checkpoints that nobody asked for, at least."""
SHARE = 20
"""And at least so many times as long as the last one took to write."""
PASSING = 2
"""How many of those are kept: the newest, and the one before should the newest be damaged."""
MOST_ROLLBACKS = 3
CHANGEABLE = frozenset(
    {"steps", "eval_every", "save_every", "render_every", "device", "threads", "precision", "compile", "deterministic"}
)
"""What may differ between a checkpoint and its continuation: it decides how long, how often and where."""


class Good(NamedTuple):
    """A state to come back to."""

    step: int
    field: dict[str, Tensor]
    state: dict[str, Any]
    mark: Mark


class Keeper:
    """The checkpoints of one run. None ever holds a field or a state with a number that is not finite."""

    def __init__(self, folder: Path, training: Training, config: RunConfig, picture: str, log: MetricsLog) -> None:
        self.folder, self.training, self.config, self.picture, self.log = folder, training, config, picture, log
        self._due = time.monotonic() + PAUSE
        self._passing = [step for step in steps_in(folder) if not self._stays(step)]
        self._good: Good | None = None

    def save(self, step: int, mark: Mark | None = None) -> None:
        """Write a checkpoint. Raises `DivergedError` if there is nothing left worth keeping."""
        self._require_finite(step)
        started = time.monotonic()
        self.log.sync()
        length, sha256 = mark or self.log.mark()
        state = self.training.state()
        progress = Progress(seconds=self.log.seconds, metrics_bytes=length, metrics_sha256=sha256, state=state)
        save(self.folder / path_of(step), self.training.field, self.config, self.picture, step, progress)
        set_status(self.folder, checkpoint=path_of(step), step=step)
        ended = time.monotonic()
        self._due = ended + max(PAUSE, SHARE * (ended - started))

    def save_if_due(self, step: int) -> None:
        """Write a checkpoint that passes: after `PASSING` more of its kind it is removed."""
        if time.monotonic() >= self._due and not self._stays(step):
            self.save(step)
            self._passing.append(step)
            self._forget(PASSING)

    def finish(self) -> None:
        """The run is complete: only what was asked for is left."""
        self._forget(0)

    def _forget(self, but: int) -> None:
        while len(self._passing) > but:
            path = self.folder / path_of(self._passing.pop(0))
            with writing(path):
                path.unlink(missing_ok=True)

    def _stays(self, step: int) -> bool:
        return step == self.training.steps or bool(self.config.save_every and step % self.config.save_every == 0)

    def remember(self, step: int) -> None:
        """Keep this state in memory to come back to. Raises `DivergedError` if it is not good."""
        self._require_finite(step)
        field = {name: value.detach().clone() for name, value in self.training.field.state_dict().items()}
        self._good = Good(step, field, copy.deepcopy(self.training.state()), self.log.mark())

    def _require_finite(self, step: int) -> None:
        if not self.training.is_finite():
            raise diverged(self.training, step)

    def roll_back(self, error: DivergedError) -> int:
        """Return to the last good state, with half the learning rate, and say at which step that is.

        Where the run is to end instead, that state is saved, and `error` raised again, which then names it.
        """
        if self._good is None:
            raise error
        good = self._good
        self.training.restore(good.field, copy.deepcopy(good.state))
        if self.config.on_divergence == "stop" or self.training.slowed <= 0.5**MOST_ROLLBACKS:
            self.save(good.step, good.mark)
            raise DivergedError(f"{error} Step {good.step}, the last good one, is kept.") from None
        before = self.rollbacks()
        self.log.cut(good.mark)
        self.training.slowed /= 2
        self.remember(good.step)
        told = {"to_step": good.step, "lr_factor": self.training.slowed}
        set_status(self.folder, rollbacks=[*before, told])
        tell(
            f"{error} Back to step {good.step}, with optimizer.lr={self.training.full_lr[0] * self.training.slowed:g}."
        )
        return good.step

    def rollbacks(self) -> list[dict[str, Any]]:
        """Where the run went back to, in order: no more often than its learning rate was halved.

        What `run.json` says beyond that was undone by a kill, and happens once more.
        """
        told: list[dict[str, Any]] = read_json(self.folder / "run.json").get("rollbacks", [])
        return told[: round(-math.log2(self.training.slowed))]

    def begin(self) -> int:
        """Start anew, at step 0."""
        self.log.begin()
        return 0

    def restore(self) -> int:
        """Put the training where the newest whole checkpoint left it, and say at which step; 0 if there is none at all.

        Raises `CheckpointError` if there are some and none is whole, or if that one cannot be read by this program, is
        of another picture or configuration, or holds a field alone.
        """
        damage: list[DamagedError] = []
        for step in reversed(steps_in(self.folder)):
            path = self.folder / path_of(step)
            try:
                field, meta = _loaded(path, step)
            except DamagedError as error:
                damage.append(error)
                continue
            for passed in damage:
                tell(f"{passed} Trying the one before.")
            self._restore(field, meta, path)
            return step
        if damage:
            raise CheckpointError(f"{damage[0]} None before it is whole; remove them to begin again at step 0.")
        return self.begin()

    def _restore(self, field: Field, meta: Meta, path: Path) -> None:
        if meta.progress is None:
            raise CheckpointError(f"{path}: holds the field alone; it can be rendered, but not continued.")
        if meta.picture.sha256 != self.picture:
            raise CheckpointError(f"{path}: the picture has changed since; put the old one back, or start a new run.")
        was, now = kept(meta.config), kept(self.config)
        changed = sorted(key for key in was if key not in CHANGEABLE and was[key] != now[key])
        if changed:
            raise CheckpointError(f"{path}: its run had another {', '.join(changed)}; start a new run instead.")
        if meta.step > self.training.steps:
            raise ConfigError(f"steps={self.training.steps}: the run is at step {meta.step} already; give more.")
        progress = meta.progress
        with reading(path):
            self.training.adopt(field.state_dict(), progress.state, meta.step)
        self.log.go_on(progress.seconds, Mark(progress.metrics_bytes, progress.metrics_sha256))


def _loaded(path: Path, step: int) -> tuple[Field, Meta]:
    """A checkpoint that ought to be of that step. Raises `CheckpointError`, `DamagedError` if one before may do."""
    field, meta = load(path)
    if meta.step != step:
        raise refusal(path, f"is of step {meta.step}, another than its name says.", DamagedError)
    if meta.progress is not None and not is_finite(meta.progress.state):
        raise refusal(path, "some numbers of its training are not finite; use an older checkpoint.", DamagedError)
    return field, meta


def require_savable(training: Training) -> None:
    """Raise `ConfigError` if a checkpoint of the training, as it is or grows to be, could not be read again."""
    tensors = list(tensors_in([training.field.state_dict(), training.state()]))
    more, bytes_more = growth(training.optimizer, training.steps)
    require_readable(len(tensors) + more, sum(tensor.nbytes for tensor in tensors) + bytes_more)


def path_of(step: int) -> str:
    """Where the checkpoint of a step is kept in its run's folder."""
    return f"checkpoints/step_{step:06d}.safetensors"


def steps_in(folder: Path) -> list[int]:
    """The steps of which a run's folder keeps a checkpoint, in order."""
    names = (NAME.fullmatch(file.name) for file in (folder / "checkpoints").glob("*.safetensors"))
    return sorted(int(name[1]) for name in names if name)
