"""`inr bench target`: how long it takes until a field is as good as 30, 35 or 40 dB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import nn

from inr_cli.bench import plain
from inr_cli.bench.cases import fourier, nothing
from inr_cli.bench.choices import begun, configuration
from inr_cli.bench.speed import psnr_of
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.render.field import Field

TARGETS = (30, 35, 40, 47)
HEADER = ("recipe", *(f"to {target} dB, s (steps)" for target in TARGETS), "end, dB")
LOOKS = 100
"""How often a training is stopped to be looked at, while the clock stands still."""


class Recipe(NamedTuple):
    """What one would type, and for the textbook's loop what its field and optimiser are; None = `inr` itself."""

    words: tuple[str, ...]
    twin: Callable[[Field], nn.Module] | None = None
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam


def _note(field: Field) -> nn.Module:
    return plain.PlainField(field, fourier(field), plain.relu)


def _siren(field: Field) -> nn.Module:
    return plain.PlainField(field, nothing(field), plain.sine)


SQUARE = ("image=cat", "crop=square", "size=224")
RECIPES = {
    **{
        f"fast/cpu_256 {form}": Recipe(("experiment=fast/cpu_256", f"variant={form}"))
        for form in ("to_30", "to_35", "to_40", "to_47")
    },
    "the default": Recipe(("image=cat",)),
    "fast/cpu_256 on the cat of 224 pixels": Recipe(("experiment=fast/cpu_256", *SQUARE, "variant=null", "steps=100")),
    "fourier_note/fourier, in a plain loop": Recipe(
        ("experiment=fourier_note/fourier", *SQUARE, "network=mlp", "steps=350"),
        _note,
        partial(torch.optim.SGD, momentum=0.9),
    ),
    "siren_study/fit_siren on that picture, in a plain loop": Recipe(
        ("experiment=siren_study/fit_siren", *SQUARE, "steps=300"), _siren
    ),
}
"""By name. The plain loops are the two published settings, on the cat of 224 pixels."""


@dataclass(frozen=True)
class Row:
    """Seconds of training and steps to each target, by its dB, None where it was not reached; the last PSNR."""

    case: str
    command: str
    seconds: Mapping[int, float | None]
    steps: Mapping[int, int | None]
    end: float

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        reached = (
            "-" if self.seconds[target] is None else f"{self.seconds[target]:.2f} ({self.steps[target]})"
            for target in TARGETS
        )
        return [self.case, *reached, f"{self.end:.2f}"]


def measure(names: Sequence[str]) -> Iterator[Row]:
    """A row for every recipe."""
    for name in names:
        yield _measured(name, RECIPES[name])


def chosen(names: Sequence[str]) -> list[str]:
    """The recipes whose names begin so, all for none. Raises `ConfigError`."""
    return begun(names, RECIPES, "recipe", RECIPES)


def _measured(name: str, recipe: Recipe) -> Row:
    config = check(configuration(*recipe.words, "compile=false"))
    machine = find_machine(config)
    with using(machine):
        training = Training(config, open_picture(config), machine)
        loop: Training | plain.PlainLoop = training
        if recipe.twin:
            loop = plain.PlainLoop(recipe.twin(training.field).to(machine.device), training, recipe.optimizer)
        curve = list(_curve(training, loop))
    reached = {target: next(((at, step) for at, step, psnr in curve if psnr >= target), None) for target in TARGETS}
    return Row(
        case=name,
        command=f"inr bench target {name!r}",
        seconds={target: found and found[0] for target, found in reached.items()},
        steps={target: found and found[1] for target, found in reached.items()},
        end=curve[-1][2],
    )


def _curve(training: Training, loop: Training | plain.PlainLoop) -> Iterator[tuple[float, int, float]]:
    """(seconds of training, step, PSNR) at each look."""
    taken, each = 0.0, max(1, training.steps // LOOKS)
    for start in range(0, training.steps, each):
        end = min(start + each, training.steps)
        started = time.perf_counter()
        for step in range(start, end):
            loop.update(step)
        if training.machine.device.type == "cuda":
            torch.cuda.synchronize()
        taken += time.perf_counter() - started
        yield taken, end, psnr_of(training, loop.look())
