"""What a sweep is to do, written down before its first job, so that it can go on after any end. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig, as_yaml
from inr_cli.config.words import typed
from inr_cli.engine.lock import is_held
from inr_cli.engine.runs import claim_job, jobs_of, read_json
from inr_cli.signal.write import sync_all, write_json, write_text

PLAN = "sweep.json"
PLANNED = "planned"
FAILED = ("failed", "diverged")
"""What does not go on by itself when a sweep does."""


class Job(BaseModel):
    """One run of a sweep, by its folder's name; `overrides` are the words that it was made from."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=0)
    folder: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")
    overrides: tuple[str, ...]
    device: str = "auto"


class Plan(BaseModel):
    """`sweep.json`: what was typed, how many jobs run at a time, and every job in order.

    `changes` are the words with which a resume has its jobs go on, until all of them have.
    """

    model_config = ConfigDict(frozen=True)

    folder: Path = Field(exclude=True)
    overrides: tuple[str, ...]
    at_once: int = Field(ge=1, le=1024)
    jobs: tuple[Job, ...]
    changes: tuple[str, ...] = ()

    def path(self, job: Job) -> Path:
        """Where the job's run is."""
        return self.folder / job.folder

    def changed(self, words: Sequence[str]) -> Plan:
        """The same with more changes; the later word for a key holds."""
        changes = {word.partition("=")[0]: word for word in (*self.changes, *words)}
        return self.model_copy(update={"changes": tuple(changes.values())})

    def states(self) -> list[dict[str, Any]]:
        """What has come of every job, as `job_state` tells, with the words of the plan."""
        return [job_state(self.path(job)) | {"overrides": list(job.overrides)} for job in self.jobs]

    def write(self) -> list[dict[str, Any]]:
        """Write `sweep.json`, with every job's status as it is now, for people to read; returns the states."""
        states = self.states()
        self._write([state["status"] for state in states])
        return states

    def _write(self, statuses: Sequence[str]) -> None:
        plan = self.model_dump(mode="json")
        jobs = [job | {"status": status} for job, status in zip(plan["jobs"], statuses, strict=True)]
        write_json(self.folder / PLAN, plan | {"jobs": jobs})


def lay_out(folder: Path, words: Sequence[str], at_once: int, jobs: Sequence[tuple[Sequence[str], RunConfig]]) -> Plan:
    """Give every job its folder, and last of all write `sweep.json`: it exists = they all do. Raises `OutputError`."""
    planned = [lay_out_job(folder, number, *job, sync=False) for number, job in enumerate(jobs)]
    sync_all()
    plan = Plan(folder=folder, overrides=tuple(typed(words)), at_once=at_once, jobs=tuple(planned))
    plan._write([PLANNED] * len(planned))
    return plan


def lay_out_job(folder: Path, number: int, words: Sequence[str], config: RunConfig, sync: bool = True) -> Job:
    """A new folder in that of the sweep, with the `config.yaml` from which the run begins. Raises `OutputError`."""
    place = claim_job(folder, number, config.image, config.encoding.name, sync)
    write_text(place / "config.yaml", as_yaml(config), sync)
    write_json(place / "run.json", {"status": PLANNED, "overrides": typed(words)}, sync)
    return Job(number=number, folder=place.name, overrides=tuple(typed(words)), device=config.device)


def with_jobs_found(plan: Plan) -> Plan:
    """The plan of a sweep whose jobs nobody knew before they ran, with those that there are now."""
    found = [
        Job(number=number, folder=path.name, overrides=tuple(read_json(path / "run.json").get("overrides", ())))
        for number, path in enumerate(jobs_of(plan.folder))
    ]
    return plan.model_copy(update={"jobs": tuple(found)})


def read_plan(folder: Path) -> Plan:
    """The plan that `lay_out` wrote. Raises `ConfigError` where it is not whole, or an older program's."""
    try:
        return Plan.model_validate(read_json(folder / PLAN) | {"folder": folder})
    except ValidationError:
        raise ConfigError(
            f"{folder / PLAN}: damaged, or of another version; inr resume {folder}/JOB still goes on with one job."
        ) from None


def has_ended(folder: Path, state: dict[str, Any]) -> bool:
    """Whether there is a whole `summary.json`, of as many steps as the run was last begun for by its `run.json`."""
    summary = read_json(folder / "summary.json")
    return bool(summary) and state.get("steps", summary.get("steps")) == summary.get("steps")


def job_state(folder: Path) -> dict[str, Any]:
    """What has come of a job, by its own files alone: `run.json`, with the folder's path.

    The status is `done` where it `has_ended`, by the file that is written last, unless the run was to go on from there
    and says why it did not. A job that says it is running has been interrupted, if nobody runs it; one that says
    nothing is planned.
    """
    state = read_json(folder / "run.json")
    status = state.get("status", PLANNED)
    if status not in ("interrupted", *FAILED) and has_ended(folder, state):
        status = "done"
    elif status == "done" or (status == "running" and not is_held(folder)):
        status = "interrupted"
    return state | {"status": status, "folder": folder}
