"""What there is to choose from: every yaml of a group with the sentence it begins with."""

from __future__ import annotations

from pathlib import Path

from inr_cli.config.paths import conf_folder, user_folder
from inr_cli.config.room import plugin_folders


def groups() -> list[str]:
    """The groups of choices, sorted."""
    return sorted(folder.name for folder in conf_folder().iterdir() if folder.is_dir())


def choices(group: str) -> dict[str, str]:
    """Name -> first comment: the program's own, then the user's, then those of plug-ins."""
    own = user_folder()
    places = [conf_folder(), *([own] if own else []), *map(Path, plugin_folders())]
    files = [(file, place / group) for place in places for file in sorted((place / group).rglob("*.yaml"))]
    named = ((file.relative_to(room).with_suffix("").as_posix(), file) for file, room in files)
    return {name: _first_comment(file) for name, file in reversed(list(named))}  # the first of a name is Hydra's too


def _first_comment(file: Path) -> str:
    lines = (line.removeprefix("#").strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines())
    return next((line for line in lines if not line.startswith("@package")), "")
