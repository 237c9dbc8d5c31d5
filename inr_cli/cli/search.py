"""A tune from its first trial to its table, begun or gone on with."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from inr_cli.cli.job import failure, fit_job
from inr_cli.cli.jobs import run_jobs, warm_up
from inr_cli.cli.panel import figure, table, warn
from inr_cli.cli.places import gpus_for, places
from inr_cli.cli.sweep import checked_jobs, one_folder
from inr_cli.cli.trials import PRUNED, Trials
from inr_cli.config.counted import counted
from inr_cli.config.errors import ConfigError, Stopped, SweepError
from inr_cli.config.root import RunConfig
from inr_cli.config.search import Search, changed
from inr_cli.engine.lock import locked
from inr_cli.engine.plan import FAILED, Plan, read_plan, with_jobs_found
from inr_cli.engine.runs import IMPORTANCE, claim_sweep, read_json
from inr_cli.engine.stop import stopping
from inr_cli.tune.result import Ranked, ranked, write_result
from inr_cli.tune.target import Target, target_of

MORE = {"psnr": ".2f", "ssim": ".4f", "seconds": ".1f"}
"""Figures that the table has besides the target, and their form."""


def begin_tune(words: Sequence[str]) -> None:
    """Check what is asked, try one trial after another, and print their table.

    Raises `SweepError` if none or not all came to an end, `Stopped` if asked to end.
    """
    _require_optuna()
    search = Search(words)
    warm_up()  # while all is checked
    configs = checked_jobs([search.config(sample) for sample in search.samples()])
    target = _target(search, configs[0])
    folder = claim_sweep(one_folder(configs))
    with locked(folder):
        print(f"trials in {folder}", file=sys.stderr)
        _run(folder, search, configs[0], target)


def resume_tune(folder: Path, words: Sequence[str] = (), retry_failed: bool = False) -> None:
    """Go on with the trials that came to no end, and with the rest of what was asked for; `words` may ask for more.

    Raises as `begin_tune` does, `ConfigError`, `LockedError`.
    """
    if retry_failed:
        raise ConfigError("--retry-failed: a search learns from what failed; trials=N has it try more, and others.")
    _require_optuna()
    search = Search(changed(read_plan(folder).overrides, words))
    [base, *_] = checked_jobs([search.config(search.samples()[0])])
    with locked(folder):
        _run(folder, search, base, _target(search, base))


def _require_optuna() -> None:
    if find_spec("optuna") is None:
        raise ConfigError("inr tune: needs a package more: pip install 'inr-cli[tune]'.")


def _target(search: Search, base: RunConfig) -> Target:
    target = target_of(search.spec.target, base)
    if target.warning:
        print(target.warning, file=sys.stderr)
    return target


def _run(folder: Path, search: Search, base: RunConfig, target: Target) -> None:
    """Have trials until there are enough, then report."""
    from inr_cli.tune.study import opened

    at_once = search.spec.jobs
    gpus = gpus_for([base.device]) if at_once > 1 else []
    with opened(folder, search.space, target.rises, search.spec.prune, base.seed) as study:
        plan = Plan(folder=folder, overrides=tuple(search.words), at_once=at_once, jobs=())
        with_jobs_found(plan).write()  # it exists = the search can go on
        with stopping() as stop:
            trials = Trials(folder, search, base, target, study, stop)
            with trials.bar:
                run_jobs(fit_job, trials, places(at_once, gpus), trials.ended, stop, trials.look)
            study.spend(trials.seconds)
        plan = with_jobs_found(plan)
        order, importance = ranked(plan.write(), target), study.importance()
        write_result(folder, order, target, importance)
        if stop.number is not None:
            ended = sum(state["status"] in ("done", PRUNED, *FAILED) for state, _ in order)
            where = shlex.quote(str(folder))
            raise Stopped(
                stop.number, f"{counted(ended, 'trial')} came to an end; inr resume {where} goes on with the search."
            )
        _report(folder, order, target, importance)


def _report(folder: Path, order: Sequence[Ranked], target: Target, importance: dict[str, float]) -> None:
    """The table, the best words and what mattered. Raises `SweepError` where something is left to do, or no value."""
    _table(folder, order, target)
    states = [state for state, _ in order]
    for state in states:
        if state["status"] in FAILED:
            print(failure(state), file=sys.stderr)
    best, value = order[0]
    if value is not None:
        print(f"best: {shlex.join(['inr', 'fit', *best['overrides']])}", file=sys.stderr)
        warn(best["folder"], read_json(best["folder"] / "summary.json"))
    if importance:
        shares = ", ".join(f"{key} {share:.0%}" for key, share in importance.items())
        drawn = f" ({folder / IMPORTANCE})" if (folder / IMPORTANCE).is_file() else ""
        print(f"what mattered: {shares}{drawn}", file=sys.stderr)
    left = [state for state in states if state["status"] not in ("done", PRUNED, *FAILED)]
    if left:
        raise SweepError(
            f"{counted(len(left), 'trial')} did not finish; inr resume {shlex.quote(str(folder))} goes on."
        )
    if value is None:
        raise SweepError(f"no trial of {len(states)} came to a {target.name}; the lines above say why.")


def _table(folder: Path, order: Sequence[Ranked], target: Target) -> None:
    """One row per trial, the best first and marked; tab-separated where no person is watching."""
    more, form = [name for name in MORE if name != target.name], MORE.get(target.name, ".4g")
    words = [state.get("overrides", []) for state, _ in order]
    shared = set(words[0]).intersection(*words)
    rows = [
        [
            state["folder"].name,
            str(state["status"]),
            "-" if value is None else f"{value:{form}}{' *' if place == 0 else ''}",
            *(figure(read_json(state["folder"] / "summary.json"), name, MORE[name]) for name in more),
            " ".join(word for word in varied if word not in shared),
        ]
        for place, ((state, value), varied) in enumerate(zip(order, words, strict=True))
    ]
    table(["trial", "status", target.name, *more, "varied"], rows, title=str(folder))
