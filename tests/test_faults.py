"""`make test-mutants` takes 20 minutes; here is that the lines its faults stand for are still there."""

import runpy
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
FAULTS = runpy.run_path(str(TESTS / "mutants.py"))["FAULTS"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_can_be_planted_and_there_are_tests_to_notice_it(fault: Any) -> None:
    program = TESTS.parent / "inr_cli" / fault.file
    assert program.read_text(encoding="utf-8").count(fault.old) == 1
    assert all((TESTS.parent / place).exists() for place in fault.tests.split())
