"""What a type lets through, worked out without pydantic: the oracle of `test_options.py`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types as at
import pytest
from pydantic.fields import FieldInfo


@pytest.fixture(scope="session")
def allows() -> Callable[[FieldInfo, Any, str], bool]:
    """Whether an option's type allows a value, given its key."""
    return lambda field, value, key: fits(field.annotation, value, key, field.metadata)


def fits(kind: Any, value: Any, key: str, rules: Sequence[Any] = ()) -> bool:
    """Whether `value` may stand where `kind` is asked for, within `rules`."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return fits(inside[0], value, key, [*rules, *flat(inside[1:])])
    if origin in (Union, UnionType):
        return any(fits(one, value, key, rules) for one in inside)
    if origin is Literal:
        return not isinstance(value, bool) and value in inside
    if origin is tuple:
        return isinstance(value, list) and all(fits(inside[0], one, key) for one in value) and keeps(value, rules)
    return READ[kind](value, key) is not None and keeps(READ[kind](value, key), rules)


def number(value: Any, key: str) -> float | int | None:
    if isinstance(value, str) and re.fullmatch(r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *", value):
        value = float(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None


def whole(value: Any, key: str) -> int | None:
    digits = isinstance(value, str) and re.fullmatch(r" *[+-]?[0-9]+(\.0+)? *", value)
    read = number(value, key) if digits or not isinstance(value, str) else None
    return int(read) if read is not None and read == int(read) else None


def text(value: Any, key: str) -> str | None:
    """A picture, or a folder, may be called 15; a picture even null."""
    is_scalar = not isinstance(value, list | dict)
    is_name = key == "image" or (key == "out" and isinstance(value, int) and not isinstance(value, bool))
    return str(value) if isinstance(value, str) or (is_scalar and is_name) else None


def truth(value: Any, key: str) -> bool | None:
    words = {"1", "0", "true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"}
    known = value.lower() in words if isinstance(value, str) else isinstance(value, int | float) and value in (0, 1)
    return True if known else None


READ = {int: whole, float: number, str: text, bool: truth, NoneType: lambda value, key: value is None or None}


def flat(rules: Sequence[Any]) -> list[Any]:
    return [rule for given in rules for rule in (given.metadata if isinstance(given, FieldInfo) else [given])]


def keeps(value: Any, rules: Sequence[Any]) -> bool:
    return all(
        (not isinstance(rule, at.Ge) or value >= rule.ge)
        and (not isinstance(rule, at.Gt) or value > rule.gt)
        and (not isinstance(rule, at.Le) or value <= rule.le)
        and (not isinstance(rule, at.Lt) or value < rule.lt)
        and (not isinstance(rule, at.MinLen) or len(value) >= rule.min_length)
        and (not isinstance(rule, at.MaxLen) or len(value) <= rule.max_length)
        and (getattr(rule, "pattern", None) is None or re.search(rule.pattern, value) is not None)
        for rule in rules
    )
