"""`report.html`, `report.json` and `report.csv`: what runs came to, for a person, a program and a spreadsheet."""

from __future__ import annotations

import csv
import io
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from inr_cli import __version__
from inr_cli.engine.runs import IMPORTANCE, Aim, aim_of, is_sweep, read_json
from inr_cli.report.contact import contact
from inr_cli.report.gather import Found, told
from inr_cli.report.page import page
from inr_cli.report.plots.figure import is_installed
from inr_cli.report.varied import Row, best, figures_of, rows, varied
from inr_cli.signal.write import write_bytes, write_json, write_text

PICTURES = "report"
"""The folder beside the page that holds its plots."""
SHARED = ("image", "size", "task.name", "steps", "batch_size")
"""What a reader wants to know of runs that have it in common."""
GOES_ON = ("planned", "interrupted")
"""Of which status a run is that `inr resume` goes on with."""
COMPARED = ("psnr", "psnr_test", "psnr_offset", "psnr_scaled", "psnr_harmonic", "loss")
"""What a report's plots are of: the first that there is, and where pixels were hidden, theirs as well."""


@dataclass(frozen=True)
class Report:
    """Runs as a table."""

    title: str
    runs: Sequence[Found]

    @cached_property
    def keys(self) -> list[str]:
        """What was varied."""
        return varied(self.runs)

    @cached_property
    def aim(self) -> Aim | None:
        """What was searched for, where all runs are trials of searches for the same."""
        aims = {aim_of(sweep) for sweep in {run.place.parent for run in self.runs}}
        return aims.pop() if len(aims) == 1 else None

    @cached_property
    def rows(self) -> list[Row]:
        """A row for all runs that differ in their seed alone."""
        return rows(self.runs, self.keys, self.aim)

    @cached_property
    def is_folded(self) -> bool:
        """Whether one of the rows stands for several runs."""
        return any(len(row.runs) > 1 for row in self.rows)

    @cached_property
    def shared(self) -> str:
        """What was fitted, and for how long, as one types it, as far as it is the same in all runs."""
        same = {key: {told(run.config.get(key)) for run in self.runs} for key in SHARED}
        known = {key: values.pop() for key, values in same.items() if len(values) == 1}
        known["image"] = Path(known.get("image", "")).name  # where it lies is nobody's business
        words = [f"{key.removesuffix('.name')}={value}" for key, value in known.items() if value not in ("", "null")]
        return " ".join(words)

    @cached_property
    def left(self) -> list[str]:
        """The commands that go on with what did not come to its end."""
        runs = [run.folder for run in self.runs if run.status in GOES_ON]
        places = dict.fromkeys(folder.parent if is_sweep(folder.parent) else folder for folder in runs)
        return [f"inr resume {shlex.quote(str(place))}" for place in places]

    @cached_property
    def figures(self) -> list[str]:
        """The columns of figures, that of the aim first."""
        return figures_of(self.rows, [self.aim.name] if self.aim else [])

    @cached_property
    def best(self) -> Row | None:
        """The row of the highest rank: by the aim, else whose runs show best what they were shown."""
        return best(self.rows)

    @cached_property
    def of(self) -> list[str]:
        """The figures that plots are of, that of the aim first."""
        names = dict.fromkeys([*([self.aim.name] if self.aim else []), *COMPARED])
        have = [name for name in names if any(name in row.figures for row in self.rows)]
        return have[:1] + [name for name in have[1:] if name == "psnr_test"]


def write(report: Report, folder: Path) -> Path:
    """Write everything into the folder; the page. Without matplotlib it has no plots. Raises `OutputError`."""
    pictures = folder / PICTURES
    pictures.mkdir(exist_ok=True)
    made = read_json(folder / "report.json").get("pictures")
    for old in pictures.glob("*.png"):
        if isinstance(made, list) and old.name in made:  # anything else there is not ours
            old.unlink()
    plots = {}
    for name, caption, data in _plots(report):
        write_bytes(pictures / f"{name}.png", data)
        plots[pictures / f"{name}.png"] = caption
    sheet = contact(report.rows)
    if sheet:
        write_bytes(pictures / "contact.png", sheet)
    place = folder.resolve()
    names = [*(plot.name for plot in plots), *(["contact.png"] if sheet else [])]
    write_json(folder / "report.json", _data(report, place) | {"pictures": names})
    write_text(folder / "report.csv", _csv(report, place))
    if (folder / IMPORTANCE).is_file():
        plots = {folder / IMPORTANCE: "what mattered in the search"} | plots
    write_text(folder / "report.html", page(report, plots, folder))
    return folder / "report.html"


def _plots(report: Report) -> Iterator[tuple[str, str, bytes]]:
    """Names, captions and PNGs."""
    if is_installed():
        from inr_cli.report.graphs import along_the_way, in_the_end
        from inr_cli.report.rate import rate_distortion

        for of in report.of:
            yield from in_the_end(report.rows, of)
        yield from along_the_way(report.rows)
        rate = rate_distortion(report.rows)
        if rate:
            yield "rate_distortion", "rate and distortion, beside JPEG's", rate


def _data(report: Report, place: Path) -> dict[str, Any]:
    return {
        "inr_version": __version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "varied": report.keys,
        "best": report.best.label if report.best else None,
        "rows": [
            {
                "values": dict(row.values),
                "status": row.status,
                "figures": {name: {"mean": mean, "std": std} for name, (mean, std) in row.figures.items()},
                "runs": [_where(run, place) for run in row.runs],
            }
            for row in report.rows
        ],
        "failed": {_where(run, place): run.error for run in report.runs if run.error},
    }


def _csv(report: Report, place: Path) -> str:
    """A line for each run, with every number of its summary."""
    keys = [*report.keys, "seed"]
    measured = list(dict.fromkeys(name for run in report.runs for name in run.figures if name not in keys))
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(["run", "status", *(key.removesuffix(".name") for key in keys), *measured])
    for run in report.runs:
        values = [told(run.config.get(key)) for key in keys]
        lines.writerow([_where(run, place), run.status, *values, *(run.figures.get(name, "") for name in measured)])
    return stream.getvalue()


def _where(run: Found, place: Path) -> str:
    """A run's folder, seen from the report's place where it lies in it."""
    inside = run.place.is_relative_to(place)
    return (run.place.relative_to(place) if inside else run.folder).as_posix()
