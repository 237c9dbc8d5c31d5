"""`inr bench`: what the parts are worth, measured."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

FIGURES = Path("docs/parts.json")


@click.group(epilog="inr bench parts encoding")
def bench() -> None:
    """Measure the parts on one picture, each for the same time."""


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


def _tell(name: str, record: dict[str, Any]) -> None:
    figure = f"{record['psnr']:.2f} dB in {record['steps']:,} steps" if "psnr" in record else record["reason"]
    print(f"{name}\t{figure}", flush=True)
