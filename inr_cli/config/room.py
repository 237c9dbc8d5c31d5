"""A room holds the parts of one kind and finds them by name, importing nothing until one is asked for.

The name of a part is its module's: `encoding=gaussian` is the class `Gaussian` of `inr_cli/encoding/gaussian.py`.
Other installed packages add parts through the entry-point group `inr_cli.parts`, under `<room>.<name>`.
A configuration or a checkpoint can only ever choose among these names; it can never name code.
"""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic import ValidationError

from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.config.explain import explain
from inr_cli.config.spec import Spec

PLUGINS = "inr_cli.parts"


class Part(Protocol):
    """A class that can be chosen by name: it says which numbers it takes."""

    Spec: type[Spec]


P = TypeVar("P")


@cache
def plugins() -> dict[str, EntryPoint]:
    """Parts that other installed packages offer, by `<room>.<name>`."""
    return {point.name: point for point in entry_points(group=PLUGINS)}


def plugin_folders() -> list[str]:
    """The `conf/` folder of every package that offers parts through the entry-point group."""
    packages = sorted({point.module.partition(".")[0] for point in plugins().values()})
    found = (find_spec(package) for package in packages)
    places = [place for spec in found if spec for place in spec.submodule_search_locations or []]
    return [str(Path(place) / "conf") for place in places if (Path(place) / "conf").is_dir()]


class Room(Generic[P]):
    """The parts of one kind by name; `P` is the interface they share."""

    def __init__(self, package: str, path: Iterable[str]) -> None:
        self.package = package
        self.name = package.rpartition(".")[2]
        modules = (module.name for module in pkgutil.iter_modules(path))
        self._own = sorted(name for name in modules if not name.startswith("_"))
        self._folders = [Path(folder) for folder in path]
        self._found: dict[str, type[P]] = {}

    def names(self) -> list[str]:
        """Every name that can be chosen, own parts first."""
        prefix = f"{self.name}."
        return self._own + sorted(name.removeprefix(prefix) for name in plugins() if name.startswith(prefix))

    def told(self) -> dict[str, str]:
        """What the file of each own part says of it in its first line; nothing is imported."""
        files = {name: folder / f"{name}.py" for folder in self._folders for name in self._own}
        return {name: _first_line(file.read_text(encoding="utf-8")) for name, file in files.items()}

    def find(self, name: str) -> type[P]:
        """The class of that name. Raises `ConfigError` with the nearest name if there is none."""
        if name not in self._found:  # a sweep of thousands of jobs asks thirty times for each of them
            self._found[name] = self._import(name)
        return self._found[name]

    def _import(self, name: str) -> type[P]:
        if name in self._own:
            module = import_module(f"{self.package}.{name}")
            camel = "".join(word.capitalize() for word in name.split("_"))
            return getattr(module, f"{camel}_" if iskeyword(camel) else camel)
        if f"{self.name}.{name}" in plugins():
            return plugins()[f"{self.name}.{name}"].load()
        known = self.names()
        raise ConfigError(
            f"{self.name}={name}: there is no such {self.name}; choose {listing(known)}.{near(name, known)}"
        )

    def spec(self, given: dict[str, Any], place: str | None = None) -> Spec:
        """The typed numbers of the part that `given["name"]` chooses. Raises `ConfigError`; `place` is the option."""
        part: Any = self.find(given["name"])
        try:
            return part.Spec.model_validate(given)
        except ValidationError as error:
            raise ConfigError(explain(error, part.Spec, prefix=f"{place or self.name}.")) from None

    def make(self, spec: Spec, *args: Any, **kwargs: Any) -> P:
        """Build the part that `spec` describes."""
        part: Any = self.find(spec.name)
        return part(spec, *args, **kwargs)


def _first_line(code: str) -> str:
    return (ast.get_docstring(ast.parse(code)) or "").partition("\n")[0]
