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

    known = lists(runs)
    if what is None:
        table(("list", "choices"), [(name, _short([row[0] for row in known[name]()[1]])) for name in known])
        return
    if what not in known:
        raise ConfigError(f"{what}: there is no such list; choose {listing(known, limit=20)}.{near(what, known)}")
    header, rows = known[what]()
    table(header, list(rows))


def lists(runs: Path) -> dict[str, Callable[[], tuple[Row, Iterable[Row]]]]:
    """What can be listed: its name, and what makes its header and rows."""
    return {
        "images": _images,
        **{_plural(group): partial(_choices, group) for group in groups()},
        "runs": lambda: (("run", "status", "psnr", "ssim", "seconds", "image"), _runs(runs)),
    }


def _short(names: list[str]) -> str:
    """The first two dozen names, and how many there are."""
    return (", ".join(names[:24]) or "-") + (f", ... ({len(names)} in all)" if len(names) > 24 else "")


def _plural(group: str) -> str:
    return group + ("es" if group.endswith("s") else "s")


def _choices(group: str) -> tuple[Row, Iterable[Row]]:
    return ("name", "what it is"), choices(group).items()


def _images() -> tuple[Row, Iterable[Row]]:
    from inr_cli.dataset import datasets

    # what is bundled comes before what has a `root`, a folder that must be filled first
    sets = sorted(datasets.names(), key=lambda name: "root" in datasets.find(name).Spec.model_fields)
    return ("image", "dataset"), ((picture, name) for name in sets for picture in datasets.find(name).names())


def _runs(out: Path) -> Iterable[Row]:
    from inr_cli.engine.plan import job_state
    from inr_cli.engine.runs import read_json, runs

    for run in runs(out):
        state, summary = job_state(run), read_json(run / "summary.json")
        figures = [summary.get(key) for key in ("psnr", "ssim", "seconds")]
        cells = (f"{figure:.4g}" if isinstance(figure, float | int) else "-" for figure in figures)
        yield str(run), str(state["status"]), *cells, str(summary.get("image", "-"))
