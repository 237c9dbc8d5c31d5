"""`make test-mutants` takes 20 minutes; here is that the lines its faults stand for are still there."""

import runpy
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
MUTANTS = runpy.run_path(str(TESTS / "mutants.py"))
FAULTS = MUTANTS["FAULTS"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted_and_there_are_tests_to_notice_it(fault: Any) -> None:
    program = TESTS.parent / "inr_cli" / fault.file
    assert program.read_text(encoding="utf-8").count(fault.old) == 1
    assert all((TESTS.parent / place).exists() for place in fault.tests.split())


def test_tests_that_fail_without_a_fault_end_it(tmp_path: Path) -> None:
    """In an empty copy there is none of them: pytest ends with another code than 0."""
    with pytest.raises(ValueError, match="before any fault is planted"):
        MUTANTS["require_sound"](tmp_path)
