"""Rewrites the words a person types into words Hydra's grammar reads as meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

LENGTHS = ("steps", "epochs", "seconds")
"""How long to train: typing one switches the others off."""


def prepare(overrides: Sequence[str]) -> list[str]:
    """File names quoted, `~` expanded, and of `steps`, `epochs`, `seconds` only what was typed."""
    words = [_quote_image(word) for word in overrides]
    given = {word.partition("=")[0].lstrip("+") for word in words}
    if not given & set(LENGTHS):
        return words
    return words + [f"{length}=null" for length in LENGTHS if length not in given]


def _quote_image(word: str) -> str:
    """`image=photo(1).jpg` -> `image='photo(1).jpg'`: brackets, commas, spaces, `=` mean something to Hydra."""
    key, equals, value = word.partition("=")
    if key not in {"image", "+image", "++image"} or not equals:
        return word
    whole = _file(value)
    if whole is not None:
        return f"{key}={_quoted(whole)}"
    if re.search(r"['\"()\[\]{}$]", value):  # already quoted, or Hydra's own choice(), glob(), [..], ${..}
        return word
    return f"{key}=" + ",".join(_quoted(_file(part) or part) for part in value.split(","))


def _file(text: str) -> str | None:
    path = Path(text).expanduser()
    try:
        return str(path) if text and path.is_file() else None
    except OSError:  # a name too long for the file system is no file
        return None


def _quoted(text: str) -> str:
    escaped = re.sub(r"(\\*)'", r"\1\1\\'", text)
    trailing = re.search(r"\\*$", escaped)
    return f"'{escaped}{trailing.group() if trailing else ''}'"
