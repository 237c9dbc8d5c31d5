"""`reproduce.json` and `reproduce.md`: everything measured, and a page for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inr_cli import __version__
from inr_cli.config.errors import ConfigError
from inr_cli.engine.environment import environment
from inr_cli.engine.machine import find_machine
from inr_cli.engine.runs import read_json
from inr_cli.report.drawing import drawings, file_of
from inr_cli.report.outcome import WAITING, Outcome
from inr_cli.reproduce.judge import Form, Verdict, overall, spread
from inr_cli.reproduce.options import Options
from inr_cli.reproduce.page import page
from inr_cli.reproduce.plan import Job, Plan
from inr_cli.reproduce.plots import PLOTS
from inr_cli.reproduce.shown import Shown
from inr_cli.signal.write import write_json, write_text

LIKENESS = ("psnr", "ssim", "between")
"""What the names of figures in a summary begin with that say how near a picture is."""
COSTS = ("parameters", "seconds", "seconds_to_25", "seconds_to_30")


@dataclass(frozen=True)
class Run:
    """A job and what came of it."""

    job: Job
    outcome: Outcome
    folder: Path | None = None
    """Inside the reproduction's own, None if nothing was tried."""
    shown: Shown | None = None
    """What is in that folder for the page, None if the run has not come to its end."""


@dataclass(frozen=True)
class Result:
    """An experiment, its runs as far as they are, and what is to be said of them."""

    plan: Plan
    runs: Sequence[Run]
    verdicts: Sequence[Verdict]


def outcomes_of(runs: Iterable[Run]) -> Mapping[Form, Sequence[Outcome]]:
    """The outcomes of every form, one for each picture."""
    found: dict[Form, list[Outcome]] = {}
    for run in runs:
        found.setdefault((run.job.experiment, run.job.label), []).append(run.outcome)
    return found


def write(results: Sequence[Result], options: Options, folder: Path) -> None:
    """Both files, anew. Raises `OutputError`."""
    runs = [run for result in results for run in result.runs]
    data = {
        "inr_version": __version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "quick": options.quick,
        "steps": options.steps,
        "words": list(options.words),
        "verdict": overall(
            [verdict for result in results for verdict in result.verdicts], [run.outcome for run in runs]
        ),
        "runs": {"made": sum(run.outcome is not WAITING for run in runs), "planned": len(runs)},
        "environment": environment(find_machine(results[0].plan.jobs[0].config)),
        "experiments": [_experiment(result, options, folder) for result in results],
    }
    write_json(folder / "reproduce.json", data)
    write_text(folder / "reproduce.md", page(data))


def recorded(folder: Path) -> tuple[list[str], Options]:
    """The names and options of a report that is to be gone on with. Raises `ConfigError`."""
    data = read_json(folder / "reproduce.json")
    if not data:
        raise ConfigError(
            f"{folder}: holds no report, there is no whole reproduce.json; inr reproduce NAME begins one."
        )
    names = [experiment["name"] for experiment in data["experiments"]]
    return names, Options(data["quick"], data["steps"], tuple(data["words"]))


def _experiment(result: Result, options: Options, folder: Path) -> dict[str, Any]:
    experiment = result.plan.experiment
    plots = [f"{experiment.name}/{name}.png" for name in PLOTS]
    return {
        "name": experiment.name,
        "family": experiment.family,
        "title": result.plan.title,
        "source": experiment.source,
        "minutes": experiment.minutes.model_dump(),
        "command": options.command(experiment.name),
        "changed": options.changed(experiment),
        "verdict": overall(result.verdicts, [run.outcome for run in result.runs]),
        "seconds": sum(run.outcome.summary.get("seconds", 0.0) for run in result.runs),
        "checks": [asdict(verdict) for verdict in result.verdicts],
        "asked": _asked(result),
        "forms": list(_forms(result)),
        "plots": [plot for plot in plots if (folder / plot).is_file()],
    }


def _forms(result: Result) -> Iterator[dict[str, Any]]:
    for label in result.plan.labels:
        runs = [run for run in result.runs if run.job.label == label]
        yield {
            "label": label,
            "command": runs[0].job.command,
            "figures": _figures([run.outcome for run in runs], _asked(result)),
            "compared_with": runs[0].outcome.summary.get("compared_with", {}),
            "runs": [_run(run) for run in runs],
        }


def _asked(result: Result) -> list[str]:
    """The figures that the experiment is about."""
    names = [*result.plan.experiment.show, *(verdict.of.partition(" at ")[0] for verdict in result.verdicts)]
    return list(dict.fromkeys(names))


def _figures(outcomes: Sequence[Outcome], asked: Sequence[str]) -> dict[str, dict[str, float]]:
    """Mean and standard deviation over pictures of all that was measured, and of what is asked for."""
    if any(outcome.status != "done" for outcome in outcomes):
        return {}
    measured = [name for name in outcomes[0].summary if name.startswith(LIKENESS)]
    found = {name: spread(name, outcomes) for name in dict.fromkeys([*measured, *asked, *COSTS])}
    return {name: {"mean": both[0], "std": both[1]} for name, both in found.items() if both}


def _drawing(name: str) -> dict[str, str]:
    return {"name": name, "file": file_of(name), "caption": drawings.find(name).caption}


def _run(run: Run) -> dict[str, Any]:
    outcome = run.outcome
    return {
        "image": Path(run.job.config.image).name,
        "folder": run.folder.as_posix() if run.folder else None,
        "picture": run.shown.picture if run.shown else None,
        "drawings": [_drawing(name) for name in run.shown.drawings] if run.shown else [],
        "colours": [{"at": place, "colour": colour} for place, colour in run.shown.colours] if run.shown else [],
        "status": outcome.status,
        "reason": outcome.reason,
        "psnr": outcome.figure("psnr"),
        "seconds": outcome.summary.get("seconds"),
    }
