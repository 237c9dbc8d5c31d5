"""`inr resume`: go on with what was interrupted, a run or a whole sweep."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from inr_cli.cli.options import runs_option


@click.command(epilog="inr resume last")
@click.argument("words", nargs=-1, metavar="[RUN|SWEEP|last] [KEY=VALUE...]")
@click.option("--retry-failed", is_flag=True, help="In a sweep, also start those jobs anew that failed.")
@runs_option
def resume(words: tuple[str, ...], retry_failed: bool, runs: Path) -> None:
    """Go on with a run or a sweep. Of a run, steps, device, eval_every, save_every and render_every may change."""
    from inr_cli.engine.runs import is_sweep, resolve

    named = [word for word in words if "=" not in word] or ["last"]
    if len(named) > 1:
        raise click.UsageError(f"one run or sweep, not {len(named)}: {', '.join(named)}")
    folder = resolve(named[0], runs)
    changes = [word for word in words if "=" in word]
    if is_sweep(folder):
        from inr_cli.cli.sweep import resume_sweep

        resume_sweep(folder, changes, retry_failed)
    else:
        _resume_run(folder, changes)


def _resume_run(folder: Path, changes: list[str]) -> None:
    from inr_cli.cli.panel import closing_panel
    from inr_cli.engine.resume import is_complete, recorded, resume

    if is_complete(folder, changes):
        steps = recorded(folder).steps or 0
        print(f"{folder} is complete: {steps} steps. steps={2 * steps} would go on with it.", file=sys.stderr)
        return
    run = resume(folder, changes)
    closing_panel(run.path, run.summary, recorded(folder).out)
