"""Goes on with a run that ended before it was done, or that is to take more steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.config.root import PARTS, RunConfig, check_root
from inr_cli.engine.keeper import steps_in
from inr_cli.engine.runs import read_json
from inr_cli.engine.train import Run, train

CHANGES = ("device", "eval_every", "logger", "render_every", "save_every", "steps")
"""What may be typed when a run goes on; everything else would make it another run."""
SETTLED = ("threads", "precision", "compile")
"""What the run found out about the machine when it began, and which its numbers depend on."""


def resume(folder: Path, words: Sequence[str] = ()) -> Run:
    """Continue from the newest whole checkpoint, or from step 0 if there is none: to the same bits as without a break.

    Raises `ConfigError` for other words than `CHANGES`, or a folder in which no run ever began.
    """
    return train(recorded(folder, words), folder, resume=True)


def is_complete(folder: Path, words: Sequence[str] = ()) -> bool:
    """Whether there is nothing left to do: the run is done, and no words ask for more steps. Raises `ConfigError`."""
    summary = read_json(folder / "summary.json")
    return bool(summary) and recorded(folder, words).steps == summary.get("steps")


def recorded(folder: Path, words: Sequence[str] = ()) -> RunConfig:
    """The configuration that the run began with, changed by some words. Raises `ConfigError`."""
    try:
        known = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        known = None
    if not isinstance(known, dict):
        raise ConfigError(f"{folder}: no run ever began here, there is no whole config.yaml; inr fit starts one.")
    machine = read_json(folder / "environment.json")
    settled = {key: machine[key] for key in SETTLED if key in machine}
    config = check_root(known | settled | dict(_changes(words)))
    done = max([*steps_in(folder), read_json(folder / "summary.json").get("steps") or 0])
    if words and config.steps is not None and config.steps < done:
        raise ConfigError(f"steps={config.steps}: {folder} is at step {done} already; give more.")
    return config


def _changes(words: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for word in words:
        key, equals, value = word.partition("=")
        if key not in CHANGES or not equals:
            meant = near(key, CHANGES)
            raise ConfigError(f"{word}: only {listing(CHANGES)} may change; inr fit starts another run.{meant}")
        yield key, {"name": value} if key in PARTS else _value(value)


def _value(text: str) -> str | float | None:
    """`null`, a number, or a text, as the words of a new run are read."""
    try:
        return None if text == "null" else float(text)
    except ValueError:
        return text
