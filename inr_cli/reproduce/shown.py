"""What of a run is shown on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inr_cli.config.experiment import Place
from inr_cli.engine.train import Run
from inr_cli.render.field import Field
from inr_cli.report.drawing import drawings, file_of
from inr_cli.reproduce.enlarge import picture_of
from inr_cli.reproduce.plan import Job
from inr_cli.signal.write import write_bytes


@dataclass(frozen=True)
class Shown:
    """Files by their names inside the run's folder, and colours."""

    picture: str
    """The file that stands for the run."""
    drawings: Sequence[str] = ()
    """What was drawn of it: `derivatives` is `derivatives.png`."""
    colours: Sequence[tuple[Place, Sequence[float] | None]] = ()
    """At the places asked for; None outside the picture."""


def show(run: Run, job: Job, query: Sequence[Place]) -> Shown:
    """Draw what is asked of a finished run into its folder. Raises `ConfigError`, `OutputError`."""
    drawn = [name for name in job.draw if _draw(name, run, job)]
    return Shown(picture_of(run, job.config), drawn, [(place, colour_at(run.field, place)) for place in query])


def _draw(name: str, run: Run, job: Job) -> bool:
    data = drawings.find(name)().draw(run, job.config)
    if data is not None:
        write_bytes(run.path / file_of(name), data)
    return data is not None


def colour_at(field: Field, place: Place) -> list[float] | None:
    """The field's colour, None outside the picture."""
    inside = all(-0.5 <= at <= side - 0.5 for at, side in zip(place, field.geometry.shape, strict=True))
    return field.at(*place).tolist() if inside else None
