"""The picture that stands for a run on the page."""

from __future__ import annotations

from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.render.file import render_file
from inr_cli.render.view import view
from inr_cli.task import Task, tasks

SMALL = 32
"""Pixels of the longest side below which a picture at its own size shows nothing of what is between its pixels."""
LARGE = "500"


def picture_of(run: Run, config: RunConfig) -> str:
    """`render.png`, or of a small picture the field at 500 pixels, unless the task shows something else than the field.

    A name inside the run's folder. Raises `OutputError`.
    """
    size = max(run.summary["height"], run.summary["width"])
    if size >= SMALL or tasks.find(config.task.name).show is not Task.show:
        return "render.png"
    field = run.field
    seen = view(field.geometry.height, field.geometry.width, size=LARGE)
    name = f"renders/{seen.width}x{seen.height}.png"
    render_file(field, seen, run.path / name)
    return name
