"""A sweep: every job is checked before the first starts, one bad job leaves the others running, all end in a table."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from inr_cli.cli.job import failure, fit_job, hydra_job, settle
from inr_cli.cli.jobs import run_jobs, warm_up
from inr_cli.cli.keeping import keeping_all
from inr_cli.cli.outer import OuterBar
from inr_cli.cli.panel import sweep_table
from inr_cli.cli.places import gpus_for, places
from inr_cli.config.counted import counted
from inr_cli.config.errors import ConfigError, Stopped, SweepError, UserError, listing
from inr_cli.config.jobs import jobs_at_once, without_jobs
from inr_cli.config.root import RunConfig
from inr_cli.config.session import Session
from inr_cli.config.wrong import first_line
from inr_cli.engine.lock import locked
from inr_cli.engine.plan import FAILED, PLANNED, Plan, lay_out, read_plan, with_jobs_found
from inr_cli.engine.runs import claim_sweep
from inr_cli.engine.stop import stopping


def sweep(session: Session, configs: Sequence[RunConfig]) -> None:
    """Run every job and print the table. Raises `SweepError` if some did not finish, `Stopped` if asked to end."""
    here, at_once = session.is_run_here, min(session.at_once, len(configs))
    if here:
        warm_up()  # while the jobs are checked and laid out
    checked = checked_jobs(configs)
    folder = claim_sweep(one_folder(checked))
    configs = sharing_cores(checked, at_once) if here else checked
    jobs = list(zip(session.words(), configs, strict=True)) if session.is_split_here else []
    with locked(folder):
        plan = lay_out(folder, session.overrides, at_once, jobs)
        print(f"{counted(len(checked), 'job')} in {folder}", file=sys.stderr)
        if here:
            told = _run(plan, [plan.path(job) for job in plan.jobs])
        else:
            told = []
            _launch(session, folder.resolve())
        _report(plan if plan.jobs else with_jobs_found(plan), told)


def resume_sweep(folder: Path, words: Sequence[str] = (), retry_failed: bool = False) -> None:
    """Go on with the jobs that did not come to an end, with `retry_failed` also with those that failed.

    `words` are those with which a run may go on, and `jobs=`; an interrupted resume is gone on with as it was meant.
    Raises as `sweep` does, `ConfigError`, `LockedError`.
    """
    with locked(folder):
        plan, typed = read_plan(folder), without_jobs(words)
        plan = plan.model_copy(update={"at_once": jobs_at_once(words, plan.at_once)}).changed(typed)
        states = plan.states()
        if typed:
            _require_changes(states, plan.changes)
        due = _due(states, plan.changes, retry_failed)
        for state in states:
            if state["status"] == "done":
                settle(state["folder"], 0)
        if plan.changes:
            plan.write()
        print(f"{len(due)} of {counted(len(states), 'job')} to go in {folder}", file=sys.stderr)
        _report(plan, _run(plan, due) if due else [])
        if plan.changes:  # all jobs have them now, and may go on further one by one
            plan.model_copy(update={"changes": ()}).write()


def _launch(session: Session, folder: Path) -> None:
    """Hand the jobs to Hydra's launcher; where it gives up, say why: what came of every job is told all the same."""
    try:
        session.launch(hydra_job, folder)
    except UserError:
        raise
    except Exception as error:  # no scheduler here, one that refuses, a worker that was killed: each has its own
        print(f"{type(error).__name__}: {first_line(error)}", file=sys.stderr)


@keeping_all()
def checked_jobs(configs: Sequence[RunConfig]) -> list[RunConfig]:
    """The configurations with their parts typed, once machine and pictures have been found and all goes together.

    Raises `UserError`.
    """
    from inr_cli.engine.check import check
    from inr_cli.engine.machine import find_machine
    from inr_cli.engine.rehearse import rehearse
    from inr_cli.logger import loggers

    checked = [check(config) for config in configs]
    for config in checked:
        find_machine(config)
    for spec in {config.logger.name: config.logger for config in checked}.values():
        loggers.make(spec)
    rehearse(checked)
    return checked


def one_folder(configs: Sequence[RunConfig]) -> Path:
    """Where the runs go. Raises `ConfigError`."""
    outs = {config.out for config in configs}
    if len(outs) > 1:
        raise ConfigError(f"out={','.join(sorted(outs))}: a sweep has one folder; give one.")
    return Path(*outs)


def sharing_cores(configs: Sequence[RunConfig], at_once: int) -> list[RunConfig]:
    """`threads=auto` as an equal share: written down, since a run's bits depend on it."""
    from inr_cli.engine.machine import find_machine

    shares = (max(1, find_machine(config).threads // at_once) for config in configs)
    return [
        config.model_copy(update={"threads": share}) if config.threads == "auto" else config
        for config, share in zip(configs, shares, strict=True)
    ]


def _require_changes(states: Sequence[dict[str, Any]], changes: Sequence[str]) -> None:
    """Raises `ConfigError` for words with which one of the jobs may not go on."""
    from inr_cli.engine.resume import recorded

    for state in states:
        recorded(state["folder"], changes)


def _due(states: Sequence[dict[str, Any]], changes: Sequence[str], retry_failed: bool) -> list[Path]:
    """The folders of the jobs to go on with."""
    left = {PLANNED, "interrupted", "running", *(FAILED if retry_failed else ())}
    if not changes:
        return [state["folder"] for state in states if state["status"] in left]
    from inr_cli.engine.resume import is_complete

    return [
        state["folder"]
        for state in states
        if state["status"] in left or (state["status"] == "done" and not is_complete(state["folder"], changes))
    ]


def _run(plan: Plan, due: Sequence[Path]) -> list[Path]:
    """Run these jobs of the plan; returns those that failed, which has been said then. Raises `Stopped`."""
    bar = OuterBar(len(plan.jobs), len(plan.jobs) - len(due))

    def ended(folder: Path, code: int) -> None:
        try:
            settle(folder, code, plan.changes)
        except UserError as error:  # its folder is gone, or the disk is full: no reason to lose the others
            bar.lost(folder, error)
        else:
            bar.ended(folder)

    devices = [word.partition("=")[2] for word in plan.changes if word.startswith("device=")]
    gpus = gpus_for(devices or [job.device for job in plan.jobs]) if plan.at_once > 1 else []
    with bar, stopping() as stop:
        run_jobs(partial(fit_job, words=plan.changes), due, places(plan.at_once, gpus), ended, stop, bar.look)
    if stop.number is not None:
        done = sum(state["status"] == "done" for state in plan.write())
        where = shlex.quote(str(plan.folder))
        raise Stopped(
            stop.number, f"{done} of {len(plan.jobs)} jobs are done; inr resume {where} goes on with the rest."
        )
    return bar.failed


def _report(plan: Plan, told: Sequence[Path]) -> None:
    """The table of all jobs, and all that did not come to their end and were not told of. Raises `SweepError`."""
    states = plan.write()
    sweep_table(plan.folder, states)
    left = [state for state in states if state["status"] != "done" or state["folder"] in told]
    for state in left:
        if state["folder"] not in told:
            print(failure(state), file=sys.stderr)
    if left:
        names = listing(state["folder"].name for state in left)
        again = f"inr resume {shlex.quote(str(plan.folder))}"
        again += " --retry-failed tries again" if any(state["status"] in FAILED for state in left) else " goes on"
        raise SweepError(f"{len(left)} of {counted(len(states), 'job')} did not finish: {names}; {again}.")
