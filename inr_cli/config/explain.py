"""Turns pydantic's report about a wrong value into one line that names the option."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from inr_cli.config.errors import near

SUBJECT = re.compile(r"^(Value error, |(Input|String|Tuple|Dictionary) (?=should ))")
"""What pydantic begins with, where the option and the value stand already."""
OWN_WORDS = {"int_parsing_size": "should have fewer digits"}
"""By the type of pydantic's error."""


def explain(error: ValidationError, model: type[BaseModel], prefix: str = "") -> str:
    """One line about the first thing wrong: the option, what came, what is allowed, the nearest name."""
    first = _first(error)
    option = prefix + ".".join(str(part) for part in first["loc"] if not _is_branch(part))
    if first["type"] == "extra_forbidden":
        known = [prefix + name for name in model.model_fields if name != "name"]
        return f"{option}: there is no such option.{near(option, known)}" + ("" if known else " It takes none.")
    if first["type"] == "missing":
        return f"{option}: a value is needed."
    given = f"{option}={show(first['input'])}" if option else "configuration"
    allowed = _description(model, first["loc"])
    if first["type"] == "string_pattern_mismatch" and allowed:  # the description says it better than the pattern
        return f"{given}: must be {allowed}."
    message = OWN_WORDS.get(first["type"]) or SUBJECT.sub("", first["msg"])
    return f"{given}: {message}{f' ({allowed})' if allowed else ''}."


def _first(error: ValidationError) -> ErrorDetails:
    """The first thing wrong; where it may be one of several kinds, of the kind whose pieces were looked at."""
    found = error.errors(include_url=False)
    same = [one for one in found if one["loc"][:1] == found[0]["loc"][:1]]
    return max(same, key=lambda one: len([part for part in one["loc"] if not _is_branch(part)]))


def show(value: Any) -> str:
    """The value as it would be typed, cut to stay on one line."""
    text = "".join(letter if letter.isprintable() else " " for letter in _typed(value))
    return text if len(text) <= 60 else text[:57] + "..."


def _typed(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{" + ",".join(f"{_typed(key)}:{_typed(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_typed, value)) + "]"
    return str(value)


def _is_branch(part: Any) -> bool:
    """Pydantic adds the branch of a union (`int`, `function-before[...]`, `literal[...]`) to the location."""
    return isinstance(part, str) and ("[" in part or part in {"int", "float", "str", "bool"})


def _description(model: type[BaseModel], location: tuple[Any, ...]) -> str:
    """What the option is, in its field's own words; these do not tell what a piece of it may be."""
    places = [part for part in location if not _is_branch(part)]
    field = model.model_fields.get(str(places[0])) if len(places) == 1 else None
    return (field.description or "") if field else ""
