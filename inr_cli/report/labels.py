"""Labels of forms, taken apart: `waves encoding.scale=3` is the variant `waves` with one key."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

VARIANT = "form"
"""Stands for the key of a variant's name."""
KEY = re.compile(r"(?:^| )([A-Za-z_][A-Za-z0-9_.]*)=")


def keys(label: str) -> dict[str, str]:
    """Every key of a label with its value; the variant's name, if it has one, stands first."""
    name, *rest = KEY.split(label)
    return {**({VARIANT: name} if name or not rest else {}), **dict(zip(rest[::2], rest[1::2], strict=True))}


def names(labels: Iterable[str]) -> Mapping[str, str]:
    """A short name for each key: what stands behind its last dot, if no other key ends so."""
    found = dict.fromkeys(key for label in labels for key in keys(label))
    ends = Counter(key.rpartition(".")[2] for key in found)
    return {key: end if ends[end := key.rpartition(".")[2]] == 1 else key for key in found}


def short(text: str, called: Mapping[str, str]) -> str:
    """A text in which labels stand, with the short names."""
    return re.sub(r"[A-Za-z_][A-Za-z0-9_.]*(?==)", lambda key: called.get(key[0], key[0]), text)


@dataclass(frozen=True)
class Grid:
    """Forms that differ in exactly two keys; the one with more values runs along the columns.

    `label` finds a form by its row's value and its column's; combinations may be missing.
    """

    row: str
    column: str
    rows: Sequence[str]
    columns: Sequence[str]
    label: Mapping[tuple[str, str], str]

    @property
    def is_numeric(self) -> bool:
        """Whether all values are numbers."""
        return is_numeric([*self.rows, *self.columns])

    @property
    def is_dense(self) -> bool:
        """Whether there is a form in at least half of the cells."""
        return 2 * len(self.label) >= len(self.rows) * len(self.columns)


def grid_of(labels: Sequence[str]) -> Grid | None:
    """The labels as a grid, numbers in their order; None if they are no grid."""
    parted = {label: keys(label) for label in labels}
    varied = list(dict.fromkeys(key for found in parted.values() for key in found))
    if len(varied) != 2 or any(found.keys() != set(varied) for found in parted.values()):
        return None
    values = {key: ordered({found[key]: None for found in parted.values()}) for key in varied}
    column, row = sorted(varied, key=lambda key: -len(values[key]))
    label = {(found[row], found[column]): label for label, found in parted.items()}
    return Grid(row, column, values[row], values[column], label) if len(values[row]) > 1 else None


def ordered(values: Iterable[str]) -> list[str]:
    """Numbers from low to high, anything else as it comes."""
    listed = list(values)
    return sorted(listed, key=float) if is_numeric(listed) else listed


def is_numeric(values: Iterable[str]) -> bool:
    """Whether all of them are finite numbers."""
    try:
        return all(math.isfinite(float(value)) for value in values)
    except ValueError:
        return False
