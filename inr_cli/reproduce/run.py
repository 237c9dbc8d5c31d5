"""Runs every plan through the one training, and keeps the report true after each experiment."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from inr_cli.config.counted import counted
from inr_cli.config.errors import DatasetError, DivergedError, OutputError, Stopped, UserError
from inr_cli.config.experiment import Place
from inr_cli.engine.lock import locked
from inr_cli.engine.plan import job_state
from inr_cli.engine.resume import resume
from inr_cli.engine.runs import claim_job, read_json, set_status
from inr_cli.engine.train import Run as Trained
from inr_cli.engine.train import train
from inr_cli.report.outcome import WAITING, Outcome
from inr_cli.reproduce.judge import Verdict, verdicts
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.plan import Job, Plan
from inr_cli.reproduce.plots import draw
from inr_cli.reproduce.report import Result, Run, outcomes_of, write
from inr_cli.reproduce.shown import show

Tell = Callable[[Plan, Verdict], None]


def reproduce(plans: Sequence[Plan], options: Options, folder: Path, tell: Tell) -> Sequence[Result]:
    """Run the plans into `folder`, tell every verdict as soon as it is known, and write the report.

    Runs that the folder holds already are taken as they are, or gone on with. Comparisons with other experiments are
    told last. Stopped by Ctrl-C it reports what there is, and raises `Stopped`. Raises `LockedError`.
    """
    with locked(folder):
        return _reproduce(plans, options, folder, tell)


def _reproduce(plans: Sequence[Plan], options: Options, folder: Path, tell: Tell) -> Sequence[Result]:
    runs = {plan.experiment.name: [Run(job, WAITING) for job in plan.jobs] for plan in plans}
    missing: dict[tuple[str, str], str] = {}
    results = _judged(plans, runs, options)
    write(results, options, folder)
    try:
        for plan in plans:
            mine = runs[plan.experiment.name]
            for number, job in enumerate(plan.jobs):
                mine[number] = _run(job, plan.query, folder, number, missing)
            draw(plan, mine, folder)
            results = _judged(plans, runs, options)
            write(results, options, folder)
            _tell([result for result in results if result.plan is plan], tell, across=False)
        _tell(results, tell, across=True)
    except KeyboardInterrupt as asked:
        write(_judged(plans, runs, options), options, folder)
        raise _stopped(asked, [run for some in runs.values() for run in some], folder) from None
    return results


def _stopped(asked: KeyboardInterrupt, runs: Sequence[Run], folder: Path) -> Stopped:
    number = asked.code - 128 if isinstance(asked, Stopped) else signal.SIGINT
    made = sum(run.outcome is not WAITING for run in runs)
    again = f"inr reproduce --resume {shlex.quote(str(folder))}"
    return Stopped(number, f"{made} of {counted(len(runs), 'run')} made, see {folder}; {again} goes on.")


def _judged(plans: Sequence[Plan], runs: dict[str, list[Run]], options: Options) -> list[Result]:
    outcomes = outcomes_of([run for some in runs.values() for run in some])
    return [Result(plan, runs[plan.experiment.name], verdicts(plan, outcomes, options)) for plan in plans]


def _tell(results: Sequence[Result], tell: Tell, across: bool) -> None:
    for result in results:
        for verdict in result.verdicts:
            if verdict.across == across:
                tell(result.plan, verdict)


def _run(job: Job, query: Sequence[Place], folder: Path, number: int, missing: dict[tuple[str, str], str]) -> Run:
    """Train, and say what came of it. What is `missing` is not asked for twice: a download takes its time to fail."""
    form_and_picture = (job.experiment, job.label), (job.config.dataset.name, job.config.image)
    reason = next((missing[key] for key in form_and_picture if key in missing), None)
    if reason is not None:
        return Run(job, Outcome("not run", reason, {}, ()))
    place = _place(job, folder / job.experiment, number)
    shown = None
    try:
        shown = show(_trained(job, place), job, query)
        outcome = Outcome.of(place)
    except OutputError:
        raise
    except DivergedError as error:
        outcome = Outcome.of(place, "diverged", str(error))
    except UserError as error:
        _never_began(place, str(error), error.code)
        outcome = Outcome("not run", str(error), {}, ())
        if isinstance(error, DatasetError):
            missing.update(dict.fromkeys(form_and_picture, str(error)))
    except Exception as error:  # a bug in one run is no reason to lose the others
        reason = f"internal error, {type(error).__name__}: {error}"
        _never_began(place, reason, 1)
        outcome = Outcome.of(place, "failed", reason)
    return Run(job, outcome, place.relative_to(folder), shown)


def _place(job: Job, folder: Path, number: int) -> Path:
    """The run's folder, if somebody began it before, or else a new one."""
    begun = sorted(folder.glob(f"{number:03d}-*"))
    return begun[0] if begun else claim_job(folder, number, job.config.image, job.config.encoding.name)


def _trained(job: Job, place: Path) -> Trained:
    if job_state(place)["status"] == "done":
        return Trained(place, read_json(place / "summary.json"))
    return resume(place) if (place / "config.yaml").is_file() else train(job.config, place)


def _never_began(place: Path, reason: str, code: int) -> None:
    if "status" not in read_json(place / "run.json"):
        set_status(place, status="failed", exit_code=code, error=reason)
