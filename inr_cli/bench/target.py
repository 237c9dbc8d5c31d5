"""`inr bench target`: how long it takes until a field is as good as 30, 35 or 40 dB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import nn

from inr_cli.bench import plain
from inr_cli.bench.cases import fourier, nothing
from inr_cli.bench.choices import begun
from inr_cli.bench.contenders import Ours, Plain, Twin
from inr_cli.bench.turns import Process, processes
from inr_cli.render.field import Field

TARGETS = (30, 35, 40, 47)
HEADER = ("recipe", *(f"to {target} dB, s (steps)" for target in TARGETS), "end, dB")
UNIT = "seconds of training"
LOOKS = 100
"""How often a training is stopped to be looked at, while the clock stands still."""


class Recipe(NamedTuple):
    """What one would type, and for the textbook's loop what its field and optimiser are; None = `inr` itself."""

    words: tuple[str, ...]
    twin: Twin | None = None
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam


def _note(field: Field) -> nn.Module:
    return plain.PixelField(field, fourier(field), plain.relu)


def _siren(field: Field) -> nn.Module:
    return plain.PlainField(field, nothing(field), plain.sine)


SQUARE = ("image=cat", "crop=square", "size=224")
RECIPES = {
    **{
        f"{name} {form}": Recipe((f"experiment={name}", f"variant={form}"))
        for name, forms in {
            "fast/cpu_256": ("to_30", "to_35", "to_40", "to_47"),
            "fast/cpu_256_sines": ("to_47",),
            "fast/cpu_512": ("to_30", "to_35", "to_40", "to_45"),
            "fast/cpu_2048": ("to_50",),
        }.items()
        for form in forms
    },
    "the default": Recipe(("image=cat",)),
    "fast/cpu_256 on the cat of 224 pixels": Recipe(("experiment=fast/cpu_256", *SQUARE, "variant=null", "steps=100")),
    "fourier_note/fourier, in a plain loop": Recipe(
        ("experiment=fourier_note/fourier", *SQUARE, "steps=350"),
        _note,
        partial(torch.optim.SGD, momentum=0.9),
    ),
    "siren_study/fit_siren on that picture, in a plain loop": Recipe(
        ("experiment=siren_study/fit_siren", *SQUARE, "steps=400"), _siren
    ),
}
"""By name. The plain loops are the two published settings, on the cat of 224 pixels."""


class Look(NamedTuple):
    """Seconds of training and steps until then, and how good the field is, in dB."""

    seconds: float
    step: int
    psnr: float


@dataclass(frozen=True)
class Row:
    """Seconds of training and steps to each target, by its dB, None where it was not reached; looks at it."""

    case: str
    command: str
    seconds_to: Mapping[int, float | None]
    steps_to: Mapping[int, int | None]
    end: float
    curve: Sequence[Look]

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        reached = (
            "-" if seconds is None else f"{seconds:.2f} ({self.steps_to[target]})"
            for target, seconds in self.seconds_to.items()
        )
        return [self.case, *reached, f"{self.end:.2f}"]

    def points(self) -> tuple[list[float], list[float]]:
        """As a line of the plot."""
        return [look.seconds for look in self.curve], [look.psnr for look in self.curve]


def measure(names: Sequence[str]) -> Iterator[Row]:
    """A row for every recipe."""
    for name in names:
        yield _measured(name, RECIPES[name])


def chosen(names: Sequence[str]) -> list[str]:
    """The recipes whose names begin so, all for none. Raises `ConfigError`."""
    return begun(names, RECIPES, "recipe", RECIPES)


def _measured(name: str, recipe: Recipe) -> Row:
    words = (*recipe.words, "compile=false")
    plain = (Plain, words, recipe.twin, None, recipe.optimizer)
    with processes(plain if recipe.twin else (Ours, words)) as (one,):
        curve = list(_curve(one))
    found = [reached(curve, target) for target in TARGETS]
    return Row(
        case=name,
        command=f"inr bench target {name!r}",
        seconds_to={target: look and look.seconds for target, look in zip(TARGETS, found, strict=True)},
        steps_to={target: look and look.step for target, look in zip(TARGETS, found, strict=True)},
        end=curve[-1].psnr,
        curve=curve,
    )


def reached(curve: Sequence[Look], target: float) -> Look | None:
    """The first look at which the field is so good."""
    return next((look for look in curve if look.psnr >= target), None)


def _curve(one: Process) -> Iterator[Look]:
    steps, taken = int(one.figures()["steps"]), 0.0
    each = max(1, steps // LOOKS)
    for start in range(0, steps, each):
        end = min(start + each, steps)
        taken += one.steps(start, end - start)
        yield Look(taken, end, one.figures()["psnr"])
