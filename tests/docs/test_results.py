"""What docs/results.md says is what was measured, held to the checks as they are."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
pytestmark = pytest.mark.skipif(not DOCS.joinpath("results.json").is_file(), reason="there are no docs here")


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "results.py"))


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCS.joinpath("results.json").read_text(encoding="utf-8"))
    return found


def test_every_recorded_check_is_one_of_today(program: dict[str, Any], record: dict[str, Any]) -> None:
    assert program["judged_again"](record) == record, "old: run make results"


def test_the_page_is_that_of_the_record(program: dict[str, Any], record: dict[str, Any]) -> None:
    assert program["page"](record) == DOCS.joinpath("results.md").read_text(encoding="utf-8"), "old: run make results"


def test_every_picture_is_there(record: dict[str, Any]) -> None:
    assert all((DOCS / one["file"]).is_file() for found in record.values() for one in found["pictures"])


def again(program: dict[str, Any], name: str, **changed: Any) -> dict[str, Any]:
    """What becomes of a record of one check with these entries."""
    check = {"of": "psnr", "label": "", "expected": "above 1", "measured": 99.0, "word": "pass", "reason": ""}
    found = program["judged_again"]({name: {"checks": [check | changed]}})
    return found[name] if found else {}


def test_what_was_measured_is_held_to_the_bounds_of_today(program: dict[str, Any]) -> None:
    assert again(program, "fourier_series/lattice_exact", measured=2.0)["verdict"] == "FAIL"
    assert again(program, "fourier_series/lattice_exact", measured=300.0)["verdict"] == "pass"


def test_what_was_not_measured_then_is_open(program: dict[str, Any]) -> None:
    found = again(program, "fourier_series/lattice_exact", of="loss")
    assert found["verdict"] == "not judged"
    assert {check["reason"] for check in found["checks"]} == {"newer than the run"}


def test_an_experiment_that_is_gone_is_left_out(program: dict[str, Any]) -> None:
    assert again(program, "fourier_series/gone") == {}
