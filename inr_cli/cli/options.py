"""The words that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.config.paths import at_home

F = TypeVar("F", bound=Callable[..., Any])


class Place(click.Path):
    """A file or folder; `~` is expanded, since no shell does so behind `=`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path."""
        return Path(at_home(str(super().convert(value, param, ctx))))


PLACE = Place()


class OneOf(click.Choice[str]):
    """One of a few words. Raises `ConfigError` with the nearest of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word."""
        if value not in self.choices:
            option = param.opts[0] if param else ""
            raise ConfigError(f"{option} {value}: choose {listing(self.choices)}.{near(str(value), self.choices)}")
        return str(value)


def run_argument(command: F) -> F:
    """RUN: `last`, a run or sweep folder, or a checkpoint file."""
    return click.argument("run", default="last", metavar="[RUN|FILE.safetensors|last]")(runs_option(command))


def runs_option(command: F) -> F:
    """--runs DIR: where runs are."""
    return click.option("--runs", default="outputs", metavar="DIR", type=PLACE, help="The folder that holds runs.")(
        command
    )


def numbers(text: str, count: int, option: str, example: str) -> tuple[float, ...]:
    """`1.2,200.5` as so many numbers. Raises `ConfigError`."""
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != count:
        raise ConfigError(f"{option} {text}: must be {count} numbers with commas between them, such as {example}.")
    return values
