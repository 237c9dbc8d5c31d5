"""A configuration is data: what Hydra's own section could make of it beyond that is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from inr_cli.config.errors import ConfigError

NAMES_CODE = ("_target_", "()", "class")
"""Keys whose value Hydra, or Python's logging below it, would import and call."""
SHIPPED = ("hydra._internal.core_plugins.", "hydra_plugins.", "logging.StreamHandler", "logging.FileHandler")
"""Hydra's own launchers and sweepers, those of installed plug-ins, and the two plain log handlers."""


def refuse_code(hydra: dict[str, Any]) -> None:
    """Raise `ConfigError` for a `hydra` section that names code, or jobs that nobody could check beforehand."""
    for place, key, value in _walk(hydra, "hydra"):
        if key in NAMES_CODE and not str(value).startswith(SHIPPED):
            raise ConfigError(f"{place}={value}: a configuration cannot name code; offer it as an installed plug-in.")
        if (
            isinstance(value, str)
            and value.startswith("ext://")
            and value not in {"ext://sys.stdout", "ext://sys.stderr"}
        ):
            raise ConfigError(f"{place}={value}: a configuration cannot name code.")
    if (hydra.get("sweeper") or {}).get("params"):
        refuse_params("hydra.sweeper.params")


def refuse_params(key: str) -> None:
    """Raise `ConfigError` for an option that holds jobs."""
    if key.startswith("hydra.sweeper.params"):
        raise ConfigError(f"{key}: type the values after -m, where they are checked before they run.")


def _walk(tree: Any, place: str) -> Iterator[tuple[str, str, Any]]:
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        here = f"{place}.{key}"
        yield here, str(key), value
        yield from _walk(value, here)
