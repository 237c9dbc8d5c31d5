"""Where the program's own configuration files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def conf_folder() -> Path:
    """The folder `conf/` that came with the program."""
    inside = PACKAGE / "conf"
    return inside if inside.is_dir() else PACKAGE.parent / "conf"


def user_folder() -> Path | None:
    """The user's own configuration folder: `$INR_CONFIG_DIR`, else `~/.config/inr`, if it exists."""
    folder = Path(os.environ.get("INR_CONFIG_DIR") or "~/.config/inr").expanduser()
    return folder if folder.is_dir() else None
