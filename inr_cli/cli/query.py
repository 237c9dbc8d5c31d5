"""`inr query`: the colour of a field at fractional pixel positions."""

from __future__ import annotations

from pathlib import Path

import click

from inr_cli.cli.options import numbers, run_argument
from inr_cli.config.errors import ConfigError


@click.command(epilog="inr query --at 1.2,200.5")
@run_argument
@click.option(
    "--at",
    "places",
    metavar="X,Y",
    multiple=True,
    required=True,
    help="Column and row in pixels of the fitted picture; 0,0 is the centre of the top-left pixel. May be repeated.",
)
def query(run: str, runs: Path, places: tuple[str, ...]) -> None:
    """Print the colour at a pixel position, one line `r g b` in [0, 1] for each --at."""
    from inr_cli.engine.runs import checkpoint_of, resolve

    points = [numbers(place, 2, "--at", "1.2,200.5") for place in places]
    checkpoint = checkpoint_of(resolve(run, runs))

    from inr_cli.engine.checkpoint import load

    field, _ = load(checkpoint)
    width, height = field.geometry.width, field.geometry.height
    for x, y in points:
        if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
            raise ConfigError(
                f"--at {x:g},{y:g}: outside the picture; X is -0.5 to {width - 0.5}, Y is -0.5 to {height - 0.5}."
            )
    for x, y in points:
        print(" ".join(f"{value:.6f}" for value in field.at(x, y)))
