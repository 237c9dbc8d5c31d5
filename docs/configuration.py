"""Writes docs/configuration.md, every option with its default and what it may be: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from inr_cli.config.choices import choices, files
from inr_cli.config.compose import compose
from inr_cli.config.root import PARTS, RunConfig, plain
from inr_cli.engine.check import ROOMS
from inr_cli.report.gather import told
from inr_cli.report.markdown import table

PAGE = Path(__file__).with_suffix(".md")
HEAD = """# Configuration

Every option of `inr fit`, its default, and what it may be. A choice is `group=name`, a number `key=value` or
`group.key=value`; `inr fit --cfg job` and the words of a run print the whole. The defaults stand in `conf/`, with why
they are so. What the parts compute is in [parts.md](parts.md). Made by `make docs` from the program's own types.
"""


def page() -> str:
    """The run's own keys, then the choices of each group with their numbers."""
    whole = plain(compose([]))
    own = [key for key in RunConfig.model_fields if key not in PARTS]
    parts = [
        HEAD,
        "## The run's own keys\n",
        table(("key", "default", ""), [[f"`{key}`", _default(whole[key]), _described(RunConfig, key)] for key in own]),
        *(section for group in PARTS for section in _group(group, whole[group]["name"])),
    ]
    return "\n".join(parts) + "\n"


def _group(group: str, default: str) -> Iterator[str]:
    meaning = (sys.modules[ROOMS[group].package].__doc__ or "").splitlines()[0]
    yield f"\n## {group}\n\n{meaning} The default is `{group}={default}`.\n"
    rows = [row for name, told in choices(group).items() for row in _choice(group, name, told)]
    yield table(("choice", "number", "default", ""), rows)


def _choice(group: str, name: str, title: str) -> Iterator[list[str]]:
    """A line for the choice, then one for each number that it has."""
    given = _numbers(group, name)
    yield [f"`{group}={name}`", "", "", title]
    spec: Any = ROOMS[group].find(given["name"])
    for key in spec.Spec.model_fields:
        if key != "name":
            yield ["", f"`{key}`", _default(given.get(key)), _described(spec.Spec, key)]


def _numbers(group: str, name: str) -> dict[str, Any]:
    """What the choice's yaml says of its part; `adam/fast` says only what is other than in `adam`."""
    said = yaml.safe_load(files(group)[name].read_text(encoding="utf-8"))
    base, _, variety = name.partition("/")
    return (_numbers(group, base) if variety else {}) | said.get(group, said)


def _described(spec: type[BaseModel], key: str) -> str:
    return spec.model_fields[key].description or ""


def _default(value: Any) -> str:
    return f"`{told(value)}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
