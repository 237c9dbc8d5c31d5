"""`inr reproduce`: published results by their names, run and held to their figures."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inr_cli.cli.options import PLACE
from inr_cli.config.counted import counted
from inr_cli.config.errors import ConfigError, DatasetError, SweepError

if TYPE_CHECKING:
    from inr_cli.reproduce.judge import Verdict
    from inr_cli.reproduce.options import Options
    from inr_cli.reproduce.plan import Plan
    from inr_cli.reproduce.report import Result


@click.command(epilog="inr reproduce --quick siren_study")
@click.argument("words", nargs=-1, metavar="[NAME|FAMILY|KEY=VALUE ...]")
@click.option("--quick", is_flag=True, help="The shrunken forms: seconds each, no network, their own figures.")
@click.option("--steps", type=click.IntRange(0), metavar="N", help="Only a look: N steps of each form, not judged.")
@click.option("--out", default="outputs", metavar="DIR", type=PLACE, help="Where reproduce/ goes.")
@click.option("--resume", metavar="DIR", type=PLACE, help="Go on with a report that was interrupted, by its folder.")
def reproduce(words: tuple[str, ...], quick: bool, steps: int | None, out: Path, resume: Path | None) -> None:
    """Run experiments, or all, and print what was expected and measured; KEY=VALUE goes to every run."""
    from inr_cli.engine.runs import claim_reproduction
    from inr_cli.reproduce.options import Options
    from inr_cli.reproduce.plan import plans
    from inr_cli.reproduce.report import recorded
    from inr_cli.reproduce.run import reproduce as run

    names, options = [word for word in words if "=" not in word], Options(quick, steps, _values(words))
    if resume is not None:
        _alone(resume, words, options)
        names, options = recorded(resume)
    planned = plans(names, options, _leave)
    folder = resume or claim_reproduction(out)
    jobs = sum(len(plan.jobs) for plan in planned)
    print(f"{counted(jobs, 'run')} of {counted(len(planned), 'experiment')} in {folder}", file=sys.stderr)
    found = run(planned, options, folder, _tell)
    print(f"{folder / 'reproduce.md'}", flush=True)
    _end(found)


def _values(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if "=" in word)


def _alone(resume: Path, words: Sequence[str], options: Options) -> None:
    """Raise `ConfigError` for what is asked beside `--resume`, which goes on with what was asked before."""
    more = [*words, *["--quick"] * options.quick, *["--steps"] * options.is_look]
    if more:
        raise ConfigError(f"--resume {resume}: goes on with what was asked before; leave {' '.join(more)} out.")


def _leave(name: str, why: str) -> None:
    """One line for an experiment that is left out."""
    print(f"{'left out':<14}  {name}: {why}", flush=True)


def _tell(plan: Plan, verdict: Verdict) -> None:
    """One line for a check."""
    what = " ".join(filter(None, (plan.experiment.name, verdict.label)))
    measured = "" if verdict.measured is None else f", measured {verdict.measured:.4g}"
    reason = f": {verdict.reason}" if verdict.reason else ""
    expected = f"expected {verdict.expected}{_published(verdict)}"
    print(f"{verdict.word:<14}  {what}  {verdict.of} {expected}{measured}{reason}", flush=True)


def _published(verdict: Verdict) -> str:
    """What the source says, unless the expectation says it already."""
    from inr_cli.reproduce.published import ELSEWHERE, NONE

    if verdict.source == ELSEWHERE or verdict.expected.startswith(f"{verdict.source} ±"):
        return ""
    return " (none published)" if verdict.source == NONE else f" (published {verdict.source})"


def _end(results: Sequence[Result]) -> None:
    """Raise `SweepError` where a check failed, `DatasetError` where nothing could be run at all."""
    words = [verdict.word for result in results for verdict in result.verdicts]
    failed = words.count("FAIL")
    if failed:
        told = f"{failed} of {counted(len(words), 'check')} failed"
        raise SweepError(f"{told}; the lines above that begin with FAIL say which.")
    outcomes = [run.outcome for result in results for run in result.runs]
    if all(outcome.status == "not run" for outcome in outcomes):
        raise DatasetError(f"nothing was run: {outcomes[0].reason}")
