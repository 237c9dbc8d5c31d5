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
    """The file that `text` names, `~` expanded, if there is one; a folder is none."""
    path = Path(text).expanduser()
    try:
        return path if text and path.is_file() else None
    except OSError:  # a name too long for the file system is no file
        return None


def user_folder() -> Path | None:
    """The user's own configuration folder: `$INR_CONFIG_DIR`, else `~/.config/inr`, if it exists."""
    folder = Path(os.environ.get("INR_CONFIG_DIR") or "~/.config/inr").expanduser()
    return folder if folder.is_dir() else None
