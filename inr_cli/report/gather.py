"""Runs as they lie in their folders, read without torch and without opening a checkpoint."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from inr_cli.config.errors import ConfigError
from inr_cli.engine.plan import job_state
from inr_cli.engine.runs import claim_report, find, is_sweep, jobs_of, read_json, resolve

BLOCKS = re.compile(r"^(?=[A-Za-z_])", re.MULTILINE)
"""Where a key of the root begins: the thousand jobs of a sweep share nearly all of their sections."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as `safe_load` has; where libyaml came along, the one that takes seconds less for ten thousand runs."""

SHORT = {"encoding.scale": "scale"}
"""A part's numbers that a key of the root stands for: it is null where nobody gave it, and the part's own never is."""


@dataclass(frozen=True)
class Found:
    """A run and what came of it; `config` is flat, `encoding.name` being a key of it."""

    folder: Path
    status: str
    error: str
    config: Mapping[str, Any]
    typed: Sequence[str]
    """The keys of the words that a sweep's job was made from."""
    summary: Mapping[str, Any]

    @cached_property
    def place(self) -> Path:
        """The folder, by whatever way it was named."""
        return self.folder.resolve()

    @cached_property
    def figures(self) -> dict[str, float]:
        """The numbers of `summary.json`."""
        return {name: value for name, value in self.summary.items() if type(value) in (int, float)}


def gather(names: Sequence[str], out: Path) -> list[Found]:
    """The runs that are meant by `last`, by run folders, by sweeps, whose jobs they are, and by folders of runs.

    Raises `ConfigError` for a name that stands for none.
    """
    found: dict[Path, Found] = {}
    for name in names:
        place = resolve(name, out) if name == "last" else find(name, out)
        runs = [_found(folder) for folder in _runs(place)] if place is not None and place.is_dir() else []
        if not runs:
            raise ConfigError(f"{name}: there is no run; give a run, a sweep or a folder of runs (inr ls runs).")
        found.update((run.place, run) for run in runs)
    return list(found.values())


def place_of(names: Sequence[str], out: Path) -> Path:
    """Where a report goes: into the one run, sweep or folder that it is of, else into one of its own."""
    if len(names) > 1:
        return claim_report(out)
    return resolve(names[0], out)


def _runs(place: Path) -> Iterator[Path]:
    """Jobs in the order of their sweep, anything else by its path."""
    if (place / "run.json").is_file():
        yield place
    elif is_sweep(place):
        yield from jobs_of(place)
    else:
        yield from sorted(file.parent for file in place.rglob("run.json"))


def _found(folder: Path) -> Found:
    state = job_state(folder)
    config = flat(read_config(folder / "config.yaml"))
    for part, root in SHORT.items():
        config[root] = config.pop(part, config.get(root))
    if config.get("precision") == "auto":
        config["precision"] = read_json(folder / "environment.json").get("precision", "auto")
    words = [str(word).partition("=")[0] for word in state.get("overrides", ())]
    typed = [key if key in config else SHORT.get(key, f"{key}.name") for key in words]
    return Found(
        folder, state["status"], str(state.get("error") or ""), config, typed, read_json(folder / "summary.json")
    )


def read_config(file: Path) -> dict[str, Any]:
    """A run's configuration as plain data; empty where it is missing or damaged."""
    try:
        blocks = BLOCKS.split(file.read_text(encoding="utf-8"))
        return {key: value for block in blocks for key, value in _block(block)}
    except (OSError, ValueError, yaml.YAMLError):
        return {}


@lru_cache(maxsize=4096)
def _block(text: str) -> tuple[tuple[str, Any], ...]:
    data = LOADER(text).get_single_data() or {}
    if not isinstance(data, dict):
        raise ValueError(text)
    return tuple(data.items())


def flat(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Sections within sections as keys with dots."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def told(value: Any) -> str:
    """A value as one types it."""
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)
