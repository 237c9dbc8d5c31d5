"""`inr resume`: go on with what was interrupted, a run, a whole sweep or a tune."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from inr_cli.cli.options import runs_option
from inr_cli.config.torchrun import require_alone


@click.command(epilog="inr resume last")
@click.argument("words", nargs=-1, metavar="[RUN|SWEEP|last] [KEY=VALUE...]")
@click.option("--retry-failed", is_flag=True, help="In a sweep, also start those jobs anew that failed.")
@runs_option
def resume(words: tuple[str, ...], retry_failed: bool, runs: Path) -> None:
    """Go on with a run, a sweep or a tune. Of a run, steps, device, logger and *_every may change.

    Of a sweep jobs may change, and of a tune trials and budget, too.
    """
    from inr_cli.engine.runs import is_sweep, is_tune, resolve

    changes = [word for word in words if _is_change(word, runs)]
    named = [word for word in words if word not in changes] or ["last"]
    if len(named) > 1:
        raise click.UsageError(f"one run or sweep, not {len(named)}: {', '.join(named)}")
    folder = resolve(named[0], runs)
    if is_tune(folder):
        from inr_cli.cli.search import resume_tune

        resume_tune(folder, changes, retry_failed)
    elif is_sweep(folder):
        from inr_cli.cli.sweep import resume_sweep

        require_alone(f"{folder}, a sweep")
        resume_sweep(folder, changes, retry_failed)
    else:
        _resume_run(folder, changes)


def _is_change(word: str, runs: Path) -> bool:
    """Whether the word is an option: a path may hold `=` as well, as one in out=lr=1e-3 does."""
    from inr_cli.engine.runs import find

    if "=" not in word:
        return False
    if find(word, runs) is None:
        return True
    from inr_cli.engine.resume import CHANGES

    return word.partition("=")[0] in CHANGES


def _resume_run(folder: Path, changes: list[str]) -> None:
    from inr_cli.cli.panel import closing_panel
    from inr_cli.engine.resume import is_complete, recorded, resume

    if is_complete(folder, changes):
        steps = recorded(folder).steps or 0
        print(f"{folder} is complete: {steps} steps. steps={2 * steps} would go on with it.", file=sys.stderr)
        return
    run = resume(folder, changes)
    closing_panel(run.path, run.summary)
