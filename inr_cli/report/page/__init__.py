"""The report as one page for a browser: pictures inside, nothing asked from outside."""

from __future__ import annotations

import json
import shlex
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PIL import Image

from inr_cli.config.counted import counted
from inr_cli.engine.runs import LOG
from inr_cli.report.contact import picture_of, reduced
from inr_cli.report.gather import Found, told
from inr_cli.report.headings import heading, written
from inr_cli.report.labels import is_numeric
from inr_cli.report.varied import Row, ranked

if TYPE_CHECKING:
    from inr_cli.report.report import Report

SHOWN = 100
"""Rows with pictures, the best ones: the page of a very large sweep stays one that a browser opens."""
THUMBNAIL, BESIDE, QUALITY = 160, 1200, 85
"""Longest sides in pixels of a picture in the gallery, and of target and result side by side."""


def page(report: Report, plots: Mapping[Path, str], folder: Path) -> str:
    """The whole page with the captioned plots. A click on a column's name sorts by it; a row opens its picture."""
    here = Path(__file__)
    with_pictures = [row for row in ranked(report.rows) if picture_of(row)][:SHOWN]
    numbers = {row.label: number for number, row in enumerate(report.rows)}
    beside = {numbers[row.label]: _picture(row, "comparison.png", BESIDE) for row in with_pictures}
    return Template(here.with_name("page.html").read_text(encoding="utf-8")).substitute(
        title=escape(report.title),
        style=here.with_name("style.css").read_text(encoding="utf-8"),
        code=here.with_name("page.js").read_text(encoding="utf-8"),
        told="<br>".join(map(escape, filter(None, (report.shared, _told(report))))),
        left="".join(f"<p>Not all is done:</p><pre>{escape(command)}</pre>" for command in report.left),
        best=_best(report),
        head="".join(_head(report)),
        body="".join(_row(report, row, numbers[row.label], folder) for row in report.rows),
        sections="".join(
            _section(*named)
            for named in (
                ("Pictures", "gallery", (_thumbnail(row, numbers[row.label]) for row in with_pictures)),
                ("Plots", "plots", (_plot(*plot) for plot in plots.items())),
                ("Did not finish", "failed", _failed(report)),
            )
        ),
        pictures=json.dumps({number: data for number, data in beside.items() if data}).replace("<", r"\u003c"),
    )


def value(name: str, figure: tuple[float, float] | None) -> str:
    """A mean, and its standard deviation where it has one."""
    if figure is None:
        return "-"
    mean, std = figure
    return written(name, mean) + (f" ± {written(name, std)}" if std else "")


def _told(report: Report) -> str:
    done = sum(run.status == "done" for run in report.runs)
    most = max(report.rows, key=lambda row: len(row.done)).done
    parts = [f"{done} of {counted(len(report.runs), 'run')} done"]
    if report.keys:
        parts.append("varied: " + ", ".join(key.removesuffix(".name") for key in report.keys))
    if len(most) > 1:
        parts.append(f"mean ± standard deviation over up to {_seeds(most)}")
    return "; ".join(parts)


def _seeds(runs: Sequence[Found]) -> str:
    """How many, and where a seed was run twice, of how many runs."""
    seeds = counted(len({run.config.get("seed") for run in runs}), "seed")
    runs_told = counted(len(runs), "run")
    return seeds if seeds.split()[0] == runs_told.split()[0] else f"{runs_told} of {seeds}"


def _best(report: Report) -> str:
    row = report.best
    if row is None or row.best_run is None:
        return ""
    run = row.best_run.folder
    what = row.label or run.name
    figures = ", ".join(
        f"{heading(name)} {value(name, row.figures[name])}" for name in report.of if name in row.figures
    )
    command = f"inr render {shlex.quote(str(run))} --size 4000"
    warning = f"<p class='warning'>Warning: {escape(row.warning)}</p>" if row.warning else ""
    return f"<p class='best'><b>Best</b> {escape(what)}: {escape(figures)}</p>{warning}<pre>{escape(command)}</pre>"


def _head(report: Report) -> Iterator[str]:
    for key in report.keys:
        yield _sorted_by(key.removesuffix(".name"), is_numeric(told(run.config.get(key)) for run in report.runs))
    yield from (_sorted_by(heading(name), True) for name in report.figures)
    if report.is_folded:
        yield _sorted_by("runs", True)
    yield _sorted_by("status", False)


def _sorted_by(name: str, is_number: bool) -> str:
    style = " class='number'" if is_number else ""
    return f"<th scope='col'{style}><button type='button'>{escape(name)}</button></th>"


def _row(report: Report, row: Row, number: int, folder: Path) -> str:
    mark = " class='best'" if row is report.best else ""
    cells = [f"<td{_sort_key(text)}>{escape(text)}</td>" for text in row.values.values()]
    for name in report.figures:
        figure = row.figures.get(name)
        key = f" data-sort='{figure[0]!r}'" if figure else ""
        cells.append(f"<td class='number'{key}>{escape(value(name, figure))}</td>")
    if report.is_folded:
        cells.append(f"<td{_sort_key(str(len(row.runs)))}>{len(row.runs)}</td>")
    status = f"{row.status}, with a warning" if row.warning else row.status
    cells.append(f"<td><button type='button' data-row='{number}'>{escape(status)}</button></td>")
    told = f"data-label='{escape(row.label, quote=True)}' data-warning='{escape(row.warning, quote=True)}'"
    return f"<tr{mark} data-row='{number}' {told}>{''.join(cells)}</tr>\n"


def _sort_key(text: str) -> str:
    return f" class='number' data-sort='{float(text)!r}'" if is_numeric([text]) else ""


def _thumbnail(row: Row, number: int) -> str:
    told = f"{escape(row.label)}<br>{escape(row.told)}"
    image = f"<img src='{_picture(row, 'render.png', THUMBNAIL)}' alt='render of {escape(row.label, quote=True)}'>"
    return f"<button type='button' class='tile' data-row='{number}'>{image}<span>{told}</span></button>\n"


def _picture(row: Row, name: str, side: int) -> str:
    """The row's picture as an address that holds it; empty if there is none."""
    file = picture_of(row, name)
    picture = reduced(file, side) if file else None
    if picture is None:
        return ""
    stream = BytesIO()
    picture.save(stream, "WEBP", quality=QUALITY, method=2)
    return f"data:image/webp;base64,{b64encode(stream.getvalue()).decode()}"


def _plot(file: Path, caption: str) -> str:
    with Image.open(file) as picture:
        width, height = picture.size
    data = b64encode(file.read_bytes()).decode()
    told = escape(caption, quote=True)
    image = f"<img src='data:image/png;base64,{data}' width='{width}' height='{height}' alt='{told}'>"
    around = f"<div class='wide' tabindex='0' role='region' aria-label='{told}, scrolls sideways'>{image}</div>"
    return f"<figure>{around}<figcaption>{told}</figcaption></figure>\n"


def _failed(report: Report) -> Iterator[str]:
    for run in report.runs:
        if run.error:
            log = run.folder / LOG
            where = f" <code>{escape(str(log))}</code>" if log.is_file() else ""
            yield f"<p><b>{escape(run.folder.name)}</b>: {escape(run.error)}{where}</p>\n"


def _section(name: str, style: str, parts: Iterable[str]) -> str:
    """A part of the page, left out where it holds nothing."""
    body = "".join(parts)
    return f"<section>\n<h2>{name}</h2>\n<div class='{style}'>\n{body}</div>\n</section>\n" if body else ""
