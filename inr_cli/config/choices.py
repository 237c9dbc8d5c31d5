"""What there is to choose from: every yaml of a group with the sentence it begins with."""

from __future__ import annotations

import re
from pathlib import Path

from inr_cli.config.paths import conf_folder, user_folder
from inr_cli.config.room import plugin_folders


def groups() -> list[str]:
    """The groups of choices, sorted."""
    return sorted(folder.name for folder in conf_folder().iterdir() if folder.is_dir())


def choices(group: str) -> dict[str, str]:
    """Name -> first comment, numbers within names by their size."""
    return {name: _first_comment(file) for name, file in files(group).items()}


def files(group: str) -> dict[str, Path]:
    """Name -> yaml: the program's own before the user's, and these before those of plug-ins, as Hydra has it."""
    own = user_folder()
    rooms = [place / group for place in (conf_folder(), *([own] if own else []), *map(Path, plugin_folders()))]
    found = {
        file.relative_to(room).with_suffix("").as_posix(): file for room in rooms[::-1] for file in room.rglob("*.yaml")
    }
    return dict(sorted(found.items(), key=lambda item: natural(item[0])))


def natural(name: str) -> list[tuple[float, str]]:
    """What to sort by so that `pixel_art_2` comes before `pixel_art_10`."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(float(part), "") if place % 2 else (-1.0, part) for place, part in enumerate(parts)]


def _first_comment(file: Path) -> str:
    lines = (line.removeprefix("#").strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines())
    return next((line for line in lines if not line.startswith("@package")), "")
