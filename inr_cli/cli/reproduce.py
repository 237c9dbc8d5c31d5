"""`inr reproduce`: published results by their names, run and held to their figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inr_cli.config.errors import SweepError

if TYPE_CHECKING:
    from inr_cli.reproduce.judge import Verdict
    from inr_cli.reproduce.plan import Plan


@click.command(epilog="inr reproduce --quick siren_study")
@click.argument("names", nargs=-1, metavar="[NAME|FAMILY|KEY=VALUE ...]")
@click.option("--quick", is_flag=True, help="The shrunken forms: seconds each, no network, their own figures.")
@click.option("--steps", type=click.IntRange(0), metavar="N", help="Only a look: N steps of each form, not judged.")
@click.option("--out", default="outputs", metavar="DIR", type=click.Path(path_type=Path), help="Where reproduce/ goes.")
def reproduce(names: tuple[str, ...], quick: bool, steps: int | None, out: Path) -> None:
    """Run experiments, or all, and print what was expected and measured; KEY=VALUE goes to every run."""
    from inr_cli.engine.runs import claim_reproduction
    from inr_cli.reproduce.plan import Options, plans
    from inr_cli.reproduce.run import reproduce as run

    words = tuple(name for name in names if "=" in name)
    options = Options(quick, steps, words)
    planned = plans([name for name in names if "=" not in name], options)
    folder = claim_reproduction(out)
    jobs = sum(len(plan.jobs) for plan in planned)
    print(f"{jobs} runs of {len(planned)} experiments in {folder}", file=sys.stderr)
    found = run(planned, options, folder, _tell)
    print(f"{folder / 'reproduce.md'}", flush=True)
    _end([verdict for verdict in found if verdict.word == "FAIL"], len(found))


def _tell(plan: Plan, verdict: Verdict) -> None:
    """One line for a check."""
    what = " ".join(filter(None, (plan.experiment.name, verdict.label)))
    expected = f"expected {verdict.expected}" + ("" if verdict.published is not None else " (none published)")
    measured = "" if verdict.measured is None else f", measured {verdict.measured:.4g}"
    reason = f": {verdict.reason}" if verdict.reason else ""
    print(f"{verdict.word:<14}  {what}  {verdict.of} {expected}{measured}{reason}", flush=True)


def _end(failed: Sequence[Verdict], checks: int) -> None:
    if failed:
        raise SweepError(f"{len(failed)} of {checks} checks failed; the lines above that begin with FAIL say which.")
