"""Who trains by turns, each in a process of its own: the program, and a loop as people write it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import torch
from torch import nn

from inr_cli.bench.choices import configuration
from inr_cli.bench.operations import operations
from inr_cli.bench.plain import PlainLoop
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.render.field import Field
from inr_cli.signal.metrics import decibels

Twin = Callable[[Field], nn.Module]
"""The same function as a field of ours, with the same values, as others write it."""


class Ours:
    """The program's training, of `steps` steps, or of as many as the words say."""

    def __init__(self, words: Sequence[str], steps: int | None = None) -> None:
        config = check(configuration(*words))
        machine = find_machine(config)
        self.settings = ExitStack()
        self.settings.enter_context(using(machine))  # kept here: undone at once if nobody held it
        self.training = Training(config, open_picture(config), machine, steps)

    def steps(self, start: int, count: int) -> None:
        """Take them, and wait for the device."""
        for step in range(start, start + count):
            loss = self.training.update(step)
        float(loss)

    def figures(self) -> dict[str, float]:
        """Its PSNR, and how many steps it is to take."""
        return {"psnr": _psnr(self.training, self.training.look()), "steps": self.training.steps}


class Plain:
    """A loop around a twin of our field, in float32 and with PyTorch as it comes but for the number of threads."""

    def __init__(
        self,
        words: Sequence[str],
        twin: Twin,
        steps: int | None = None,
        optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    ) -> None:
        config = check(configuration(*words, "precision=float32", "compile=false"))
        machine = find_machine(config)
        torch.set_num_threads(machine.threads)
        self.training = Training(config, open_picture(config), machine, steps)
        self.loop = PlainLoop(twin(self.training.field).to(machine.device), self.training, optimizer)
        self.gflop = operations(lambda: self.loop.gradient(self.training.batch(0))) / 1e9

    def steps(self, start: int, count: int) -> None:
        """Take them, and wait for the device."""
        for step in range(start, start + count):
            self.loop.update(step)
        if self.training.machine.device.type == "cuda":
            torch.cuda.synchronize()

    def figures(self) -> dict[str, float]:
        """Its PSNR, how many steps it is to take, and what one is worth in operations."""
        psnr = _psnr(self.training, self.loop.look())
        return {"psnr": psnr, "steps": self.training.steps, "gflop": self.gflop}


def _psnr(training: Training, colours: torch.Tensor) -> float:
    """Of the pixels of a training whose task is `fit`, in dB."""
    error = training.task.error(colours)
    assert error is not None
    return decibels(float(error))
