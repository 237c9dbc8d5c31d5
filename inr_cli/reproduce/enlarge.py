"""The picture that stands for a run on the page."""

from __future__ import annotations

from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.render.file import render_file
from inr_cli.render.view import view
from inr_cli.task import Task, tasks

SMALL = 32
"""Pixels of the longest side below which a picture at its own size shows nothing of what is between its pixels."""
LARGE = 500


def picture_of(run: Run, config: RunConfig) -> str:
    """`render.png`, or the field at the size that the experiment asks for, which of a small picture is 500 pixels.

    A task that shows something else than the field stays with `render.png`. A name inside the run's folder. Raises
    `OutputError`.
    """
    asked = config.experiment.render if config.experiment else None
    is_small = max(run.summary["height"], run.summary["width"]) < SMALL
    size = asked or (LARGE if is_small else None)
    if size is None or tasks.find(config.task.name).show is not Task.show:
        return "render.png"
    field = run.field
    seen = view(field.geometry.height, field.geometry.width, size=size)
    name = f"renders/{seen.width}x{seen.height}.png"
    render_file(field, seen, run.path / name)
    return name
