"""Where the program's own configuration files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def conf_folder() -> Path:
    """The folder `conf/` that came with the program."""
    inside = PACKAGE / "conf"
    return inside if inside.is_dir() else PACKAGE.parent / "conf"


def existing_file(text: str) -> Path | None:
    """The file of whatever kind that `text` names, `~` expanded, if there is one; a folder is none."""
    try:
        path = Path(text).expanduser()
        return path if text and path.exists() and not path.is_dir() else None
    except (OSError, RuntimeError):  # a name too long for the file system, or somebody's home that is not there
        return None


def at_home(text: str) -> str:
    """The path with `~` expanded, or as it is where there is no such home."""
    try:
        return str(Path(text).expanduser())
    except RuntimeError:
        return text


def own_folders() -> tuple[str, ...]:
    """`user_folder`, if there is one, as the composition takes it."""
    own = user_folder()
    return (str(own),) if own else ()


def user_folder() -> Path | None:
    """The user's own configuration folder: `$INR_CONFIG_DIR`, else `~/.config/inr`, if it exists."""
    folder = Path(os.environ.get("INR_CONFIG_DIR") or "~/.config/inr").expanduser()
    return folder if folder.is_dir() else None
