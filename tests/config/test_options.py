"""Every option with every kind of value: accepted exactly when valid, and otherwise refused in one line that names it.

What is valid is worked out here from each option's type, range and choices, not asked of the program.
"""

from __future__ import annotations

import math
import os
import re
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from inr_cli.config.compose import Composer, loader
from inr_cli.config.errors import ConfigError
from inr_cli.config.paths import conf_folder
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.config.session import Session
from inr_cli.config.words import prepare
from inr_cli.config.wrong import one_line, read
from inr_cli.engine import refusals
from inr_cli.engine.check import ROOMS, check

LONGEST = 300 - len("error: ")
Allows = Callable[[FieldInfo, Any, str], bool]
NEVER = object()
"""The meaning of a text that nothing can mean."""
GROUPS = {*PARTS, "experiment"}
ROLES = ("first", "hidden", "last")
OPAQUE = {"loss.terms", "variant"}
"""Not for the oracle: a table whose rows are losses of their own, and a word that an experiment gives a meaning."""
ADVICE = (
    "should",
    "must",
    "choose",
    "set it to",
    "takes",
    "a value is needed",
    "put a value",
    "name another option",
    "add -m",
    "leave",
)
TOGETHER = ("steps, epochs and seconds are all null", "widths: set it to", "below low=")
"""What the types of single options say of two; everything else of that kind stands in `engine.refusals`."""


class Option(NamedTuple):
    """A word left of `=`, the choice that has it, and its type; a group has none."""

    key: str
    words: tuple[str, ...]
    field: FieldInfo | None

    @property
    def group(self) -> str:
        return "init" if self.key.startswith("init.") else self.key


class Value(NamedTuple):
    """A text as it is typed right of `=`, and what it means."""

    typed: str
    meaning: Any


def numbers(group: str, name: str) -> dict[str, Any]:
    """What a part's yaml says of it, wherever in the tree it puts it."""
    table = yaml.safe_load((conf_folder() / group / f"{name}.yaml").read_text(encoding="utf-8"))
    table.pop("defaults", None)
    roles = dict.fromkeys((*ROLES, "bias")) if group == "init" else {}
    return roles | table.get(group, table)


@cache
def names(group: str) -> list[str]:
    folder = conf_folder() / group
    return sorted(file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.yaml"))


ROOT = [Option(key, (), field) for key, field in RunConfig.model_fields.items() if key not in GROUPS]
CHOICES = [Option(key, (), None) for key in (*sorted(GROUPS), *(f"init.{role}" for role in ROLES))]
PART = [
    Option(f"{group}.{key}", (f"{group}={name}",), field)
    for group, room in ROOMS.items()
    for name in room.names()
    for key, field in room.find(name).Spec.model_fields.items()
    if key not in {"name", *ROLES}
]


def valid(option: Option, value: Any, allows: Allows) -> bool:
    """Whether the option may have that value, as its type says, or the files in `conf`."""
    if value is NEVER:
        return False
    if option.field is not None:
        return allows(option.field, value, option.key)
    may_be_null = option.key == "experiment" or option.key.startswith("init.")
    return value in names(option.group) if isinstance(value, str) else value is None and may_be_null


# The values

NUMBERS = (0, 1, -1, 2, 0.5, -0.5, 1e300, -1e300, 10**22, 5e-324, math.nan, math.inf)
TEXTS = ("", "''", "abc", "été", "0x10", "'5'", "a;b", "'写真'", '"it\'s"', "off")
TABLES = ("[]", "[1,2]", "[[1]]", "[a]", "{}", "{a: 1}", "{a: {b: []}}")
UNREADABLE = ("${", "'", "[1", "(", "{a", "a=b", "1,2", "range(1,3)", "9" * 5000, "[" * 300 + "]" * 300)
NOTHING = ("${nothing}", "${oc.env:NO_SUCH_VARIABLE}", "${no_such:%Y}", "???")
COMMON = [
    *(Value(repr(one), one) for one in NUMBERS),
    *(Value(typed, typed.strip("'\"")) for typed in TEXTS),
    *(Value(typed, yaml.safe_load(typed)) for typed in TABLES),
    *(Value(typed, NEVER) for typed in (*UNREADABLE, *NOTHING)),
    *(Value("true", True), Value("null", None)),
    *(Value("${sampler.name}", "epoch"), Value("${oc.env:PATH}", os.environ["PATH"])),
]


def edges(kind: Any, rules: Sequence[Any] = ()) -> Iterator[Any]:
    """The numbers and words at which a type changes its mind."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        yield from inside
    elif origin is Annotated:
        yield from edges(inside[0], [one for rule in inside[1:] for one in getattr(rule, "metadata", [rule])])
    else:
        for one in inside:
            yield from edges(one)
    for rule in rules:
        yield from (getattr(rule, side) for side in ("ge", "gt", "le", "lt") if hasattr(rule, side))


def around(edge: Any) -> list[Value]:
    """The edge itself, and what lies or is spelt just beside it."""
    if isinstance(edge, str):
        return [Value(edge, edge), Value(edge.upper(), edge.upper()), Value(f"{edge}x", f"{edge}x")]
    beside = [edge, edge - 1, edge + 1, float(edge), math.nextafter(edge, -math.inf), math.nextafter(edge, math.inf)]
    return [Value(repr(one), one) for one in beside]


letters = st.text(st.characters(exclude_characters="'\"\\${_", exclude_categories=["C", "Z"]), max_size=9)
RANDOM = st.one_of(
    st.integers().map(lambda one: Value(repr(one), one)),
    st.floats().map(lambda one: Value(repr(one), one)),
    letters.map(lambda one: Value(f"'{one}'", one)),
)


@st.composite
def pairs(draw: st.DrawFn, options: Sequence[Option]) -> tuple[Option, Value]:
    option = draw(st.sampled_from(options))
    special = list(edges(option.field.annotation, option.field.metadata)) if option.field else names(option.group)
    near = [value for edge in special for value in around(edge)]
    return option, draw(st.one_of(RANDOM, *(st.sampled_from(values) for values in (COMMON, near) if values)))


# The two paths


def whole_path(option: Option, value: Value) -> RunConfig:
    """What `inr fit` does before it writes anything."""
    [job] = Session([*option.words, f"{option.key}={value.typed}"]).jobs()
    return check(job)


COMPOSER = Composer(loader(), "config")


def short_path(option: Option, value: Value) -> RunConfig:
    """The same as one job of many, for which Hydra need not read two dozen files again."""
    words = prepare([*option.words, f"{option.key}={value.typed}"])
    with one_line(words, loader(), "config"):
        if any(override.is_sweep_override() for override in read(words, loader())):
            raise ConfigError(f"{option.key}: several values, and no sweep: add -m")
        return check(COMPOSER(words))


def judge(option: Option, value: Value, path: Callable[[Option, Value], RunConfig], allows: Allows) -> None:
    """Hold what the program says to the oracle."""
    is_file = option.key == "image" and value.typed == "a=b"  # a name that needs no quotes
    is_valid = option.key in OPAQUE or is_file or valid(option, value.meaning, allows)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        try:
            config = path(option, value)
        except ConfigError as error:
            refused(option, is_valid, error)
        else:
            assert is_valid, "nonsense was accepted"
            kept(option, value, config)
        assert not list(Path(folder).iterdir())


def kept(option: Option, value: Value, config: RunConfig) -> None:
    """The value that was typed is the one that the run will have."""
    found: Any = config
    for name in option.key.split("."):
        found = getattr(found, name)
    if isinstance(found, float | int) and not isinstance(value.meaning, str):
        assert found == value.meaning


def refused(option: Option, is_valid: bool, error: ConfigError) -> None:
    message = str(error)
    assert len(message.splitlines()) == 1
    assert len(message) <= LONGEST
    assert "full_key" not in message  # as OmegaConf speaks
    assert any(words in message for words in ADVICE)
    if option.key in OPAQUE or not is_valid:
        assert (option.key.partition(".")[0] if option.key in OPAQUE else option.key) in message
    else:
        last = list(traceback.walk_tb(error.__traceback__))[-1][0].f_globals["__name__"]
        assert last == refusals.__name__ or any(words in message for words in TOGETHER), "a valid value was refused"
        assert re.search(rf"\b({'|'.join(RunConfig.model_fields)})\b", message)


NUMBERED, EVERY = [*ROOT, *PART], [*ROOT, *PART, *CHOICES, *CHOICES, *CHOICES]
usual = {"suppress_health_check": list(HealthCheck)}


@given(pair=pairs(NUMBERED))
@settings(max_examples=1940, derandomize=True, **usual)
def test_every_number_is_accepted_exactly_when_valid(pair: tuple[Option, Value], allows: Allows) -> None:
    judge(*pair, short_path, allows)


@given(pair=pairs(EVERY))
@settings(max_examples=60, derandomize=True, **usual)
def test_every_word_is_accepted_exactly_when_valid(pair: tuple[Option, Value], allows: Allows) -> None:
    judge(*pair, whole_path, allows)


@pytest.mark.long
@given(pair=pairs(NUMBERED))
@settings(max_examples=18_000, **usual)
def test_twenty_thousand_pairs(pair: tuple[Option, Value], allows: Allows) -> None:
    judge(*pair, short_path, allows)


@pytest.mark.long
@given(pair=pairs(EVERY))
@settings(max_examples=2_000, **usual)
def test_two_thousand_pairs_the_whole_way(pair: tuple[Option, Value], allows: Allows) -> None:
    judge(*pair, whole_path, allows)
