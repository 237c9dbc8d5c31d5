"""`inr report`: runs as a table, with plots and a page, what was varied among them found by itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inr_cli.cli.options import runs_option

if TYPE_CHECKING:
    from inr_cli.report.report import Report


@click.command(epilog="inr report last")
@click.argument("names", nargs=-1, metavar="[RUN|SWEEP|FOLDER ...]")
@runs_option
def report(names: tuple[str, ...], runs: Path) -> None:
    """Print a table of runs, and write a page with plots and pictures beside them."""
    from inr_cli.report.gather import gather, place_of
    from inr_cli.report.report import Report, write

    asked = names or ("last",)
    found = gather(asked, runs)
    folder = place_of(asked, runs)
    table = Report(str(folder), found)
    page = write(table, folder)  # before the table: who reads that may close the pipe
    print_table(table)
    print(page, file=sys.stderr)
    for command in table.left:
        print(f"not all is done; {command} goes on.", file=sys.stderr)


def print_table(report: Report) -> None:
    """A row for each form; for a program a column of its own for every standard deviation."""
    from inr_cli.cli.panel import table
    from inr_cli.report.page import value

    called = [key.removesuffix(".name") for key in report.keys]
    stds = report.figures if report.is_folded and not sys.stdout.isatty() else []
    rows = []
    for row in report.rows:
        figures = [row.figures.get(name) for name in report.figures]
        if sys.stdout.isatty():
            cells = [value(name, figure) for name, figure in zip(report.figures, figures, strict=True)]
            cells[0] += " *" if row is report.best else ""
        else:
            cells = ["-" if figure is None else f"{figure[0]:.6g}" for figure in figures]
            cells += ["-" if (figure := row.figures.get(name)) is None else f"{figure[1]:.6g}" for name in stds]
        rows.append([*row.values.values(), *[str(len(row.runs))] * report.is_folded, row.status, *cells])
    header = [*called, *["runs"] * report.is_folded, "status", *report.figures, *(f"{name}_std" for name in stds)]
    table(header, rows, title=report.title)
