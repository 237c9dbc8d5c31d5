"""`inr bench`: what the parts are worth, and how fast the program is, measured."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

FIGURES = Path("docs/parts.json")


@click.group(epilog="inr bench parts encoding")
def bench() -> None:
    """Measure what the parts are worth, and how fast training is."""


@bench.command(epilog="inr bench parts encoding activation=sine --seconds 10")
@click.argument("words", nargs=-1, metavar="[GROUP|GROUP=NAME ...]")
@click.option("--image", default="cat", show_default=True, help="A picture's name, or a file.")
@click.option("--size", default=256, show_default=True, help="Its longest side, pixels.")
@click.option("--seconds", default=30.0, show_default=True, help="Training time of each choice.")
@click.option("--seed", default=0, show_default=True)
@click.option("--out", default=FIGURES, show_default=True, type=click.Path(path_type=Path), help="The file of figures.")
@click.option("--again", is_flag=True, help="Measure what the file has already once more.")
@click.option(
    "--table", type=click.Path(path_type=Path), help="Measure nothing: write the table of OUT into this page."
)
def parts(words: tuple[str, ...], out: Path, again: bool, table: Path | None, **protocol: Any) -> None:
    """Fit a picture with every choice of the groups given, or of all, and keep the figures in a file."""
    if table:
        from inr_cli.bench.table import insert, render

        insert(partial(render, out), table)
        return
    from inr_cli.bench.choices import chosen
    from inr_cli.bench.parts import Protocol, measure

    measure(chosen(words), Protocol(**protocol), out, again, _tell)


@bench.command(epilog="inr bench speed siren-3x256 --json speed.json")
@click.argument("cases", nargs=-1, metavar="[CASE ...]")
@click.option("--steps", default=300, show_default=True, type=click.IntRange(min=3), help="Steps of each training.")
@click.option(
    "--rounds", default=10, show_default=True, type=click.IntRange(min=1), help="Turns that they are cut into."
)
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures into this file.")
def speed(cases: tuple[str, ...], steps: int, rounds: int, file: Path | None) -> None:
    """Train beside a textbook's loop, by turns, and compare.

    A case is a field, the picture's side and the precision: siren-3x256-256-float32; the beginning of a name stands
    for all that begin so. Nothing else should run on the machine.
    """
    from dataclasses import asdict

    from inr_cli.bench.choices import configuration
    from inr_cli.bench.speed import HEADER, chosen, measure
    from inr_cli.engine.environment import environment
    from inr_cli.engine.machine import find_machine
    from inr_cli.report.markdown import row, table
    from inr_cli.signal.write import write_json

    names = chosen(cases)
    head = {"environment": environment(find_machine(configuration()))}
    rows = []
    print(table(HEADER, [], numbers=1), flush=True)
    for found in measure(names, steps, rounds):
        rows.append(asdict(found))
        print(row(found.cells()), flush=True)
        if file:
            write_json(file, {**head, "rows": rows})


def _tell(name: str, record: dict[str, Any]) -> None:
    figure = f"{record['psnr']:.2f} dB in {record['steps']:,} steps" if "psnr" in record else record["reason"]
    print(f"{name}\t{figure}", flush=True)
