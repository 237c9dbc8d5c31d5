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
    metavar="ROW,COLUMN",
    multiple=True,
    required=True,
    help="In pixels of the fitted picture, down then right; 0,0 is the centre of the top-left pixel. May be repeated.",
)
def query(run: str, runs: Path, places: tuple[str, ...]) -> None:
    """Print the colour at a pixel position, one line `r g b` in [0, 1] for each --at."""
    from inr_cli.engine.runs import checkpoint_of, resolve

    points = [numbers(place, 2, "--at", "1.2,200.5") for place in places]
    checkpoint = checkpoint_of(resolve(run, runs))

    from inr_cli.engine.checkpoint import load

    field, _ = load(checkpoint)
    height, width = field.geometry.shape
    for row, column in points:
        if not (-0.5 <= row <= height - 0.5 and -0.5 <= column <= width - 0.5):
            raise ConfigError(
                f"--at {row:g},{column:g}: outside the picture of {height} rows and {width} columns; "
                f"ROW is -0.5 to {height - 0.5}, COLUMN -0.5 to {width - 0.5}."
            )
    for row, column in points:
        print(" ".join(f"{value:.6f}" for value in field.at(row, column)))
