"""`inr bench`: what the parts are worth, and how fast the program is, measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from inr_cli.cli.options import PLACE
from inr_cli.config.errors import OutputError

FIGURES = Path("docs/parts.json")
figures_option = click.option("--json", "file", type=PLACE, help="Write the figures into this file.")
plot_option = click.option("--plot", type=PLACE, help="Draw the figures into this PNG.")


@click.group(epilog="inr bench parts encoding")
def bench() -> None:
    """Measure what the parts are worth, and how fast training is."""


@bench.command(epilog="inr bench parts encoding activation=sine --seconds 30")
@click.argument("words", nargs=-1, metavar="[GROUP|GROUP=NAME ...]")
@click.option("--image", default="cat", show_default=True, help="A picture's name, or a file.")
@click.option("--size", default=256, show_default=True, help="Its longest side, pixels.")
@click.option("--seconds", default=10.0, show_default=True, help="Training time of each choice.")
@click.option("--seed", default=0, show_default=True)
@click.option("--out", default=FIGURES, show_default=True, type=PLACE, help="The file of figures.")
@click.option("--again", is_flag=True, help="Measure what the file has already once more.")
@click.option("--table", type=PLACE, help="Measure nothing: write the table of OUT into this page.")
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
@click.option("--long", "is_long", is_flag=True, help="Compile ours, as in a run of so many steps that it pays.")
@figures_option
@plot_option
def speed(cases: tuple[str, ...], steps: int, rounds: int, is_long: bool, file: Path | None, plot: Path | None) -> None:
    """Train beside a textbook's loop, by turns, and compare.

    A case is a field, the picture's side and the precision: siren-3x256-256-float32; the beginning of a name stands
    for all that begin so. Nothing else should run on the machine.
    """
    from inr_cli.bench.speed import HEADER, UNIT, chosen, measure

    _print(HEADER, measure(chosen(cases), steps, rounds, is_long), file, plot, partial(_dots, title=UNIT))


@bench.command(epilog="inr bench target fast/cpu_256")
@click.argument("recipes", nargs=-1, metavar="[RECIPE ...]")
@figures_option
@plot_option
def target(recipes: tuple[str, ...], file: Path | None, plot: Path | None) -> None:
    """Time recipes until they reach 30, 35, 40 and 47 dB, and two published settings in a plain loop."""
    from inr_cli.bench.target import HEADER, UNIT, chosen, measure

    _print(HEADER, measure(chosen(recipes)), file, plot, partial(_curves, across=UNIT))


@bench.command(epilog="inr bench start")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(min=1), help="Starts of each.")
@figures_option
def start(rounds: int, file: Path | None) -> None:
    """Time the wait from Enter to the help and to the first step, beside PyTorch's own."""
    from inr_cli.bench.start import HEADER, measure

    _print(HEADER, measure(rounds), file)


@bench.command(epilog="inr bench render siren-3x256 --size 4096")
@click.argument("fields", nargs=-1, metavar="[FIELD ...]")
@click.option("--size", "sides", multiple=True, type=click.IntRange(min=1), default=(512, 4096), show_default=True)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="Renders of each.")
@figures_option
def render(fields: tuple[str, ...], sides: tuple[int, ...], rounds: int, file: Path | None) -> None:
    """Render fields of the usual sizes, and compare with the machine's product of matrices."""
    from inr_cli.bench.cases import known
    from inr_cli.bench.rendering import HEADER, measure

    _print(HEADER, measure(known(fields), sides, rounds), file)


@bench.command(epilog="inr bench scaling --size 4096")
@click.option("--size", "sides", multiple=True, type=click.IntRange(min=1), help="Only pictures of these sides.")
@click.option("--steps", default=20, show_default=True, type=click.IntRange(min=1), help="Steps of a turn.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(min=1), help="Turns.")
@figures_option
@plot_option
def scaling(sides: tuple[int, ...], steps: int, rounds: int, file: Path | None, plot: Path | None) -> None:
    """Measure what larger pictures and wider networks cost, in time and memory."""
    from inr_cli.bench.scaling import HEADER, UNIT, chosen, measure

    _print(HEADER, measure(chosen(sides), steps, rounds), file, plot, partial(_dots, title=UNIT))


@bench.command(epilog="inr bench layout")
@click.option("--steps", default=5, show_default=True, type=click.IntRange(min=1), help="Steps of a turn.")
@click.option("--rounds", default=10, show_default=True, type=click.IntRange(min=1), help="Turns.")
@figures_option
def layout(steps: int, rounds: int, file: Path | None) -> None:
    """Measure what the order of features in memory is worth, of which a note says a factor of two."""
    from inr_cli.bench.layout import HEADER, measure

    _print(HEADER, measure(steps, rounds), file)


def _dots(points: Mapping[str, Any], title: str) -> bytes:
    from inr_cli.report.plots.dots import dots

    return dots(points, title)


def _curves(points: Mapping[str, Any], across: str) -> bytes:
    from inr_cli.report.plots.curves import curves

    return curves(points, "PSNR (dB)", across, scale="log")


def _print(
    header: Sequence[str],
    rows: Iterable[Any],
    file: Path | None,
    plot: Path | None = None,
    draw: Callable[[Mapping[str, Any]], bytes] | None = None,
) -> None:
    """Each row as soon as it is measured, for people, and in the file, for programs; at the end, drawn."""
    from inr_cli.report.markdown import row, table
    from inr_cli.report.plots.figure import require
    from inr_cli.signal.write import write_bytes, write_json

    for place in filter(None, (file, plot)):  # before minutes are spent
        if not place.absolute().parent.is_dir():
            raise OutputError(f"cannot write {place}: the folder does not exist")
    if plot:
        require()
    where, kept, points = _environment(), [], {}
    print(table(header, [], numbers=1), flush=True)
    for found in rows:
        print(row(found.cells()), flush=True)
        kept.append({**dict(_flat(found)), "environment": where})
        if file:
            write_json(file, kept)
        if plot:
            points[found.case] = found.points()
    if plot and draw:
        write_bytes(plot, draw(points))


def _environment() -> dict[str, Any]:
    from inr_cli.bench.choices import configuration
    from inr_cli.engine.environment import environment
    from inr_cli.engine.machine import find_machine

    return environment(find_machine(configuration()))


def _flat(row: Any) -> Iterator[tuple[str, Any]]:
    """Its figures; those of `seconds_to`, by their dB, become `seconds_to_30` and so on."""
    from dataclasses import asdict

    for name, value in asdict(row).items():
        if isinstance(value, dict):
            yield from ((f"{name}_{key}", each) for key, each in value.items())
        else:
            yield name, value


def _tell(name: str, record: dict[str, Any]) -> None:
    figure = f"{record['psnr']:.2f} dB in {record['steps']:,} steps" if "psnr" in record else record["reason"]
    print(f"{name}\t{figure}", flush=True)
