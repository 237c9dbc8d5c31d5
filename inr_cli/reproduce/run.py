"""Runs every plan through the one training, and keeps the report true after each experiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from inr_cli.config.errors import DatasetError, DivergedError, OutputError, UserError
from inr_cli.config.experiment import Place
from inr_cli.engine.runs import claim_job, read_json, set_status
from inr_cli.engine.train import train
from inr_cli.reproduce.judge import Verdict, verdicts
from inr_cli.reproduce.outcome import Outcome
from inr_cli.reproduce.plan import Job, Options, Plan
from inr_cli.reproduce.plots import draw
from inr_cli.reproduce.report import Result, Run, outcomes_of, write
from inr_cli.reproduce.shown import show

Tell = Callable[[Plan, Verdict], None]


def reproduce(plans: Sequence[Plan], options: Options, folder: Path, tell: Tell) -> list[Verdict]:
    """Run the plans into `folder`, tell every verdict as soon as it is known, and write the report.

    Comparisons with other experiments are told last. Stopped by Ctrl-C it reports what there is, and stops.
    """
    waiting = Outcome("not run", "not reached", {}, ())
    runs = {plan.experiment.name: [Run(job, waiting) for job in plan.jobs] for plan in plans}
    missing: dict[tuple[str, str], str] = {}
    results: Sequence[Result] = ()
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
    except KeyboardInterrupt:
        write(_judged(plans, runs, options), options, folder)
        raise
    return [verdict for result in results for verdict in result.verdicts]


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
    place = claim_job(folder / job.experiment, number, job.config.image, job.config.encoding.name)
    shown = None
    try:
        shown = show(train(job.config, place), job, query)
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


def _never_began(place: Path, reason: str, code: int) -> None:
    if "status" not in read_json(place / "run.json"):
        set_status(place, status="failed", exit_code=code, error=reason)
