"""What a person sees at the end: the figures, and what to type next."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from inr_cli.config.counted import counted
from inr_cli.config.errors import ConfigError
from inr_cli.engine.runs import rank, read_json, resolve
from inr_cli.reproduce.columns import PUBLISHED, columns

DEFAULT_OUT = "outputs"
SHARES = "missed_"
"""What the names of figures begin with that are no dB."""
UNTOLD = ("psnr_unclamped",)
"""Figures for comparing with other programs, which stand in `summary.json` alone."""
OF_THE_SAME = {"psnr_scaled": "psnr_offset"}
"""Figures that say something only where they differ from another one."""


def closing_panel(run: Path, summary: dict[str, Any], more: Mapping[str, str] = {}) -> None:
    """The figures of a finished run, `more` that belongs to them, and the next two commands."""
    height, width = summary["fitted_height"], summary["fitted_width"]
    target = "" if _is_newest(run) else f" {shlex.quote(str(run))}"
    centre = f"{width * 3 // 8},{height * 3 // 8},{width - width * 3 // 8},{height - height * 3 // 8}"
    rows = {
        **_told(summary),
        **more,
        "learned": f"{summary['parameters']:,} numbers, {summary['bits_per_pixel']:.1f} bits per pixel",
        **_solved_width(summary),
        "time": f"{summary['seconds']:.1f} s for {counted(summary['steps'], 'step')} "
        f"({summary['device']}, {counted(summary['threads'], 'thread')}, {summary['precision']})",
        "run": str(run),
        "look at": str(run / "comparison.png"),
        "next": f"inr render{target} --size 1024",
        "": f"inr render{target} --crop {centre} --size 1024",
    }
    box(f"{summary['image']} {summary['width']}x{summary['height']}", rows)
    if summary["warning"]:
        _console().print(Text(f"warning: {summary['warning']}", style="yellow"))


def box(title: str, rows: Mapping[str, str]) -> None:
    """Lines with their names in a frame."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in rows.items():
        grid.add_row(name, Text(value))
    _console().print(Panel(grid, title=Text(title), expand=False))


def _is_newest(run: Path) -> bool:
    """Whether a command that names no run means this one."""
    try:
        return resolve("last", Path(DEFAULT_OUT)).samefile(run)
    except ConfigError:
        return False


def _told(summary: dict[str, Any]) -> dict[str, str]:
    """Every figure, and what it is of."""
    return {
        name.replace("psnr", "PSNR").replace("_", " "): f"{_valued(summary, name)}: {what}"
        for name, what in summary["compared_with"].items()
        if name in summary and name not in UNTOLD and _is_news(summary, name, what)
    }


def _is_news(summary: dict[str, Any], name: str, what: str) -> bool:
    """Whether there is a figure that the others do not tell, or a reason why there is none."""
    if summary[name] is None:
        return what.startswith("not run")
    return name not in OF_THE_SAME or round(summary[name] - summary[OF_THE_SAME[name]], 2) != 0


def _valued(summary: dict[str, Any], name: str) -> str:
    """A figure with its unit, and the SSIM of the same where there is one."""
    figure, similarity = summary[name], summary.get(f"ssim{name.removeprefix('psnr')}")
    told = "-" if figure is None else f"{figure:.1%}" if name.startswith(SHARES) else f"{figure:.2f} dB"
    return told if similarity is None else f"{told}, SSIM {similarity:.4f}"


def _solved_width(summary: dict[str, Any]) -> dict[str, str]:
    """What came of `network.parameters`, where it was asked for."""
    asked = summary["parameters_asked"]
    found = f"hidden_features={summary['hidden_features']}, {summary['parameters']:,} learned numbers"
    return {"width": f"network.parameters={asked}: {found}"} if asked else {}


def sweep_table(folder: Path, results: Sequence[dict[str, Any]]) -> None:
    """One row per job of a sweep, the best by what its task shows marked; tab-separated where no person is watching.

    A sweep of an experiment has columns of what is checked of it, and of what was published of each job.
    """
    summaries = [read_json(result["folder"] / "summary.json") for result in results]
    words = [result.get("overrides", []) for result in results]
    ranks = [rank(summary) for summary in summaries]
    best = max((place for place in ranks if place), default=None)
    tests = ["psnr_test"] if any("psnr_test" in summary for summary in summaries) else []
    asked = [columns(result["folder"], typed) for result, typed in zip(results, words, strict=True)]
    more = [name for name in dict.fromkeys(chain(*asked)) if name not in ("psnr", *tests, "ssim", "seconds")]
    of_experiment = sorted(more, key=lambda name: name == PUBLISHED)
    header = ["job", "status", "psnr", *tests, *of_experiment, "ssim", "seconds", "varied"]
    shared = set(words[0]).intersection(*words) if words else set()
    rows = [
        [
            result["folder"].name,
            str(result.get("status", "?")),
            figure(summary, "psnr", ".2f") + (" *" if place and place == best else ""),
            *(figure(summary, name, ".2f") for name in tests),
            *(row.get(name, "-") for name in of_experiment),
            figure(summary, "ssim", ".4f"),
            figure(summary, "seconds", ".1f"),
            " ".join(word for word in typed if word not in shared),
        ]
        for result, summary, place, row, typed in zip(results, summaries, ranks, asked, words, strict=True)
    ]
    table(header, rows, title=str(folder))
    for result, summary, place in zip(results, summaries, ranks, strict=True):
        if place and place == best:
            warn(result["folder"], summary)


def warn(job: Path, summary: dict[str, Any]) -> None:
    """Say what the best of many has to be warned of: its figure alone would not tell."""
    if summary.get("warning"):
        print(f"warning: {job.name}: {summary['warning']}", file=sys.stderr)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], title: str | None = None) -> None:
    """A table for a person, or tab-separated lines for a program."""
    if not sys.stdout.isatty():
        for row in (header, *rows):
            print("\t".join(row))
        return
    pretty = Table(title=Text(title) if title else None, box=None, header_style="dim", title_justify="left")
    for name in header:
        pretty.add_column(name, overflow="fold")
    for row in rows:
        pretty.add_row(*(Text(cell) for cell in row))
    _console().print(pretty)


def figure(summary: dict[str, Any], key: str, form: str) -> str:
    """A figure for a table."""
    value = summary.get(key)
    return "-" if value is None else format(value, form)


def _console() -> Console:
    """A console that never folds a path where no person is watching."""
    return Console() if sys.stdout.isatty() else Console(width=200)
