"""The training loop."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from tqdm import tqdm

from inr_cli.config.errors import DivergedError
from inr_cli.config.root import RunConfig
from inr_cli.engine.log import MetricsLog
from inr_cli.engine.training import Training
from inr_cli.signal.metrics import decibels

MEASUREMENTS = 20
"""How often a run is measured where `eval_every` does not say."""


def loop(
    training: Training,
    config: RunConfig,
    log: MetricsLog,
    bar: tqdm[None],
    save: Callable[[int], None],
    draw: Callable[[int], None],
) -> float | None:
    """Take every step, measuring, saving and drawing where due; returns the mean loss since the last measurement.

    The host waits for the device only where it measures. The last step's measurement is the caller's: it is final.
    Raises `DivergedError` at the first measurement that is not a finite number.
    """
    eval_every = config.eval_every or max(1, training.steps // MEASUREMENTS)
    losses = Mean(training)
    if training.steps:
        measure(training, 0, None, log, bar)
    for step in range(training.steps):
        losses.add(training.update(step))
        bar.update()
        done = step + 1
        if done == training.steps:
            break
        if done % eval_every == 0:
            measure(training, done, losses.take(), log, bar)
        if config.save_every and done % config.save_every == 0:
            save(done)
        if config.render_every and done % config.render_every == 0:
            draw(done)
    return losses.take()


def measure(training: Training, step: int, loss: float | None, log: MetricsLog, bar: tqdm[None]) -> None:
    """Log the field after `step` steps: the mean loss on the way there, and what the task makes of it now."""
    rendered = training.look()
    error = training.task.error(rendered)
    curves = training.task.curves(rendered.float().cpu().numpy()) if training.task.hidden else {}
    figures = curves if error is None else {"psnr": decibels(float(error)), **curves}
    terms = {f"loss_{name}": float(value) for name, value in training.loss.terms().items()}
    log.row(step=step, lr=training.lr, loss=loss, **figures, **terms)
    require_finite(training, step, float(rendered.mean()), loss)
    told = [f"{name.replace('_', ' ')} {value:.2f} dB" for name, value in figures.items() if value is not None]
    bar.set_postfix_str(", ".join([*told, *([f"loss {loss:.3g}"] if loss else [])]), refresh=False)


def require_finite(training: Training, step: int, *numbers: float | None) -> None:
    """Raise `DivergedError` with the usual cure if any number of this step is infinite or not a number."""
    if not all(math.isfinite(number) for number in numbers if number is not None):
        raise DivergedError(
            f"diverged by step {step}: the loss is not finite any more; "
            f"try a lower optimizer.lr (it was {training.full_lr[0]:g}) or a lower omega_0 or scale."
        )


class Mean:
    """A running mean kept on the device."""

    def __init__(self, training: Training) -> None:
        self._sum = torch.zeros((), device=training.machine.device, dtype=training.machine.dtype)
        self._count = 0

    def add(self, value: torch.Tensor) -> None:
        """Count one more value."""
        self._sum += value
        self._count += 1

    def take(self) -> float | None:
        """The mean so far, if there is one, and start again. Waits for the device."""
        mean = float(self._sum) / self._count if self._count else None
        self._sum.zero_()
        self._count = 0
        return mean
