"""`inr ls`: what there is to choose from, and the runs made so far. Imports no torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import click

from inr_cli.cli.options import runs_option
from inr_cli.config.choices import choices, groups

Row = tuple[str, ...]


@click.command(epilog="inr ls encodings")
@click.argument("what", required=False, metavar="[images|encodings|activations|inits|...|experiments|runs]")
@runs_option
def ls(what: str | None, runs: Path) -> None:
    """List pictures, the choices of each group, experiments or runs."""
    from inr_cli.cli.panel import table
    from inr_cli.config.errors import ConfigError, listing, near

    lists: dict[str, Callable[[], tuple[Row, Iterable[Row]]]] = {
        "images": _images,
        **{_plural(group): partial(_choices, group) for group in groups()},
        "runs": lambda: (("run", "status", "psnr", "ssim", "seconds", "image"), _runs(runs)),
    }
    if what is None:
        table(("list", "choices"), [(name, listing([row[0] for row in lists[name]()[1]], 24) or "-") for name in lists])
        return
    if what not in lists:
        raise ConfigError(f"{what}: there is no such list; choose {listing(lists, limit=20)}.{near(what, lists)}")
    header, rows = lists[what]()
    table(header, list(rows))


def _plural(group: str) -> str:
    return group + ("es" if group.endswith("s") else "s")


def _choices(group: str) -> tuple[Row, Iterable[Row]]:
    return ("name", "what it is"), choices(group).items()


def _images() -> tuple[Row, Iterable[Row]]:
    from inr_cli.dataset import datasets

    names = ((name, dataset) for dataset in datasets.names() for name in datasets.find(dataset).names())
    return ("image", "dataset"), names


def _runs(out: Path) -> Iterable[Row]:
    from inr_cli.engine.runs import read_json, runs

    for run in runs(out):
        state, summary = read_json(run / "run.json"), read_json(run / "summary.json")
        figures = [summary.get(key) for key in ("psnr", "ssim", "seconds")]
        cells = (f"{figure:.4g}" if isinstance(figure, float | int) else "-" for figure in figures)
        yield str(run), str(state.get("status", "?")), *cells, str(summary.get("image", "-"))
