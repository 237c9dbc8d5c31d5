"""The page of parts: formulas and sources from the code, numbers from the yaml, figures from a file."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inr_cli.bench.choices import GROUPS, Choice, brought, configuration, numbers, own_choices
from inr_cli.bench.parts import Record, run_name
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import plain
from inr_cli.engine.check import ROOMS
from inr_cli.engine.runs import read_json
from inr_cli.signal.write import write_text

START, END = "<!-- parts: inr bench parts --table docs/parts.md -->", "<!-- /parts -->"
BAR = r"\|"
"""A bar that does not end the cell."""
YEAR = re.compile(r"\(([^()]*\b(?:1[6-9]|20)\d\d\b[^()]*)\)")


def insert(make: Callable[[], str], page: Path) -> None:
    """Put what `make` makes between the page's two comments. Raises `ConfigError` for a page without them."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ConfigError(
            f"--table {page}: needs a file with the lines {START} and {END}, between which the table goes."
        )
    write_text(page, f"{before}{START}\n\n{make()}\n\n{END}{after}")


def render(figures: Path) -> str:
    """How the figures were made, then a folded table per group."""
    return "\n\n".join([_caption(read_json(figures)), *(render_group(group, figures) for group in GROUPS)])


def render_group(group: str, figures: Path) -> str:
    """The group's meaning and its table, a row per choice."""
    records = read_json(figures).get("parts", {})
    meaning = (sys.modules[ROOMS[group].package].__doc__ or "").splitlines()[0]
    return "\n".join(
        [
            f"<details><summary><b>{group}</b> &ndash; {meaning}</summary>\n",
            "| choice | formula | default numbers | source | PSNR |",
            "| --- | --- | --- | --- | ---: |",
            *(_row(choice, records.get(run_name(choice), {})) for choice in own_choices(group)),
            "\n</details>",
        ]
    )


def _caption(found: dict[str, Any]) -> str:
    if not found.get("parts"):
        return "PSNR: not measured yet; `inr bench parts` does it."
    protocol, machine = found["protocol"], found["environment"]
    dates = sorted({record["date"] for record in found["parts"].values()})
    return (
        f"PSNR in dB of `{protocol['image']}` at {protocol['size']} px after {protocol['seconds']:g} s on "
        f"{machine['threads']} cores ({machine['processor']}), {machine['precision']}, seed {protocol['seed']}, "
        f"PyTorch {machine['packages']['torch']}, {' to '.join(dict.fromkeys((dates[0], dates[-1])))}, all else at its "
        "default. Made by `inr bench parts`."
    )


def _row(choice: Choice, record: Record) -> str:
    brings = brought(choice)
    own = ", ".join(numbers(choice)) or "-"
    cells = (
        f"`{choice.name}`",
        formula(choice),
        f"{own}; brings {', '.join(brings)}" if brings else own,
        source(choice) or "-",
        _figure(record),
    )
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _figure(record: Record) -> str:
    """The PSNR, or why there is none."""
    if "psnr" in record:
        return f"{record['psnr']:.2f}"
    return f"{record['status']}: {record['reason']}" if record else "not measured"


def formula(choice: Choice) -> str:
    """The first line of the part's docstring."""
    return inspect.cleandoc(_part(choice).__doc__).splitlines()[0].removesuffix(".")


def source(choice: Choice) -> str | None:
    """What stands in brackets with a year in its module's docstring: (author, title, year)."""
    text = " ".join((sys.modules[_part(choice).__module__].__doc__ or "").split())
    found = YEAR.search(text)
    return found[1] if found else None


def _part(choice: Choice) -> Any:
    return ROOMS[choice.group].find(plain(configuration(choice.word))[choice.group]["name"])
