from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from inr_cli.config import spec as config


class Example(config.Spec):
    count: config.Count
    size: config.Positive
    least: config.NonNegative
    share: config.Fraction


GOOD: dict[str, Any] = {"name": "example", "count": 3, "size": 0.5, "least": 0, "share": 1}


def test_integral_floats_are_integers() -> None:
    assert Example(**(GOOD | {"count": 1e3})).count == 1000


@pytest.mark.parametrize("large", [1e300, 10**23, 1_000_001.0])
def test_a_whole_number_that_is_too_large_is_told_the_largest(large: float) -> None:
    with pytest.raises(ValidationError, match="less than or equal to 1000000"):
        Example(**(GOOD | {"count": large}))


@pytest.mark.parametrize(
    "change",
    [
        {"count": 0},
        {"count": 1.5},
        {"count": True},
        {"size": 0},
        {"size": float("inf")},
        {"least": -1e-9},
        {"share": 1.01},
    ],
)
def test_what_is_out_of_range_or_unknown_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Example(**(GOOD | change))


def test_a_spec_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Example(**GOOD).count = 4  # type: ignore[misc]
