"""The training loop."""

from __future__ import annotations

import math
from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor
from tqdm import tqdm

from inr_cli.config.errors import DivergedError, Stopped
from inr_cli.config.root import RunConfig
from inr_cli.engine.keeper import Keeper, require_savable
from inr_cli.engine.log import MetricsLog
from inr_cli.engine.stop import Stop
from inr_cli.engine.training import Training, diverged
from inr_cli.signal.metrics import decibels
from inr_cli.task import Figures

MEASUREMENTS = 20
"""How often a run is measured where `eval_every` does not say."""
LOOKS = 0.5
"""How much of a training's own time it may then take to look at the whole picture; a large one costs minutes."""


class Loop:
    """Takes every step, measuring, saving and drawing where due.

    The host waits for the device only where it measures or saves. The last step's measurement is the caller's: it is
    final.
    """

    def __init__(
        self,
        training: Training,
        config: RunConfig,
        log: MetricsLog,
        keeper: Keeper,
        draw: Callable[[int], None],
        bar: tqdm[None],
        stop: Stop,
    ) -> None:
        self.training, self.log, self.keeper, self.draw, self.bar, self.stop = training, log, keeper, draw, bar, stop
        self.eval_every = config.eval_every or max(1, training.steps // MEASUREMENTS)
        self.look_every = self.eval_every * (1 if config.eval_every else looks_apart(training))
        self.save_every, self.render_every = config.save_every, config.render_every

    def run(self, start: int) -> Float[Tensor, "height width channels"]:
        """From step `start` to a checkpoint of the last one, with as many attempts as `on_divergence` allows.

        Returns the finished field where the task compares it. Raises `DivergedError` at the first measurement that is
        not a finite number, `Stopped` when asked to, and `ConfigError` if it has grown too large to be saved.
        """
        while True:
            try:
                return self._run(start)
            except DivergedError as error:
                start = self.keeper.roll_back(error)
                self.bar.n = start

    def _run(self, start: int) -> Float[Tensor, "height width channels"]:
        if start == 0 and self.training.steps:
            self.measure(0)
        self.keeper.remember(start)
        for step in range(start, self.training.steps):
            self.training.update(step)
            if step == start:
                require_savable(self.training)  # an optimiser makes its state in its first step
            self.bar.update()
            if step + 1 < self.training.steps:
                self._attend_to(step + 1)
        rendered = self.training.look()
        require_finite(self.training, self.training.steps, float(rendered.mean()))
        self.keeper.save(self.training.steps)  # which looks at the losses since the last measurement, too
        if self.stop.number is not None:
            raise self._stopped(self.stop.number, self.training.steps)
        return rendered

    def _attend_to(self, step: int) -> None:
        """Whatever is due after so many steps; a picture can wait for whoever goes on."""
        is_measured = step % self.eval_every == 0
        is_kept = bool(self.save_every and step % self.save_every == 0)
        if is_measured:
            self.measure(step)
        if is_measured or is_kept:
            self.keeper.remember(step)
        asked = self.stop.number
        if is_kept or asked is not None:
            self.keeper.save(step)
        elif is_measured:
            self.keeper.save_if_due(step)
        if asked is not None:
            raise self._stopped(asked, step)
        if self.draws(step):
            self.draw(step)

    def draws(self, step: int) -> bool:
        """Whether a picture of the field after so many steps belongs to the run."""
        return bool(self.render_every and 0 < step < self.training.steps and step % self.render_every == 0)

    def _stopped(self, number: int, step: int) -> Stopped:
        return Stopped(number, f"stopped at step {step} of {self.training.steps}, and saved")

    def measure(self, step: int) -> None:
        """Log the training after `step` steps: the mean loss on the way there, and where due what the field shows."""
        training = self.training
        loss = training.losses.take()
        figures, mean = self._look() if step % self.look_every == 0 else ({}, None)
        terms = {f"loss_{name}": float(value) for name, value in training.terms.items()}
        self.log.row(step=step, lr=training.lr, loss=loss, **figures, **terms)
        require_finite(training, step, mean, loss)
        told = [f"{name.replace('_', ' ')} {value:.2f} dB" for name, value in figures.items() if value is not None]
        self.bar.set_postfix_str(", ".join([*told, *([f"loss {loss:.3g}"] if loss else [])]), refresh=False)

    def _look(self) -> tuple[Figures, float]:
        """What the task makes of the field as it is now, and the mean of all its numbers."""
        task, rendered = self.training.task, self.training.look()
        error = task.error(rendered)
        curves = task.curves(rendered.float().cpu().numpy()) if task.hidden else {}
        return curves if error is None else {"psnr": decibels(float(error)), **curves}, float(rendered.mean())


def looks_apart(training: Training) -> int:
    """At how many measurements one may look at the whole picture, which costs a third of learning from all of it."""
    height, width, _ = training.task.truth.shape
    affordable = LOOKS * 3 * training.steps * training.batch_size / (height * width)
    return max(1, math.ceil(MEASUREMENTS / max(affordable, 1)))


def require_finite(training: Training, step: int, *numbers: float | None) -> None:
    """Raise `DivergedError` if any number of this step is infinite or not a number."""
    if not all(math.isfinite(number) for number in numbers if number is not None):
        raise diverged(training, step)
