from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.skipif(not DOCS.joinpath("configuration.md").is_file(), reason="there are no docs here")
def test_every_option_stands_there_as_the_program_has_it() -> None:
    made = runpy.run_path(str(DOCS / "configuration.py"))["page"]()
    assert (DOCS / "configuration.md").read_text(encoding="utf-8") == made, "old: run make docs"
