import json
import re
from pathlib import Path

import pytest

from inr_cli.bench.choices import GROUPS, Choice, own_choices
from inr_cli.bench.parts import DEFAULT
from inr_cli.bench.table import END, START, formula, insert, render_group, source
from inr_cli.config.choices import choices
from inr_cli.config.errors import ConfigError
from inr_cli.config.paths import PACKAGE

ROOT = PACKAGE.parent
PAGE, FIGURES = ROOT / "docs/parts.md", ROOT / "docs/parts.json"
EACH = [pytest.param(choice, id=choice.word) for group in GROUPS for choice in own_choices(group)]
RECORDS = {
    DEFAULT: {"status": "done", "psnr": 36.2749},
    "encoding=identity": {"status": "diverged", "reason": "diverged by step 3"},
    "encoding=basic": {"status": "failed", "reason": "no | such"},
}


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    file = tmp_path / "parts.json"
    file.write_text(json.dumps({"parts": RECORDS}))
    return file


def rows(table: str) -> dict[str, list[str]]:
    """The cells of each row by the choice it is about."""
    cells = [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in table.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): row for row in cells}


@pytest.mark.parametrize("group", GROUPS)
def test_the_page_says_what_code_and_figures_say(group: str) -> None:
    if not PAGE.is_file():
        pytest.skip("there are no docs here")
    page = PAGE.read_text(encoding="utf-8")
    assert render_group(group, FIGURES) in page, "the table of parts is old: run inr bench parts --table docs/parts.md"
    told = rows(page.partition(f"<b>{group}</b>")[2].partition("</details>")[0])
    assert told.keys() >= {choice.name for choice in own_choices(group)}


@pytest.mark.parametrize("group", GROUPS)
def test_own_choices_are_those_that_inr_ls_shows(group: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INR_CONFIG_DIR", str(tmp_path))
    assert {choice.name for choice in own_choices(group)} == set(choices(group))


@pytest.mark.parametrize("choice", EACH)
def test_a_formula_is_one_readable_line_and_a_source_has_a_year(choice: Choice) -> None:
    assert 5 < len(formula(choice)) <= 120
    assert formula(choice).count("(") == formula(choice).count(")"), "a formula ends in the line it begins"
    assert source(choice) is None or re.search(r"\d{4}", source(choice) or "")


def test_figures_reasons_and_gaps_are_told_apart(figures: Path) -> None:
    table = rows(render_group("encoding", figures))
    assert table["gaussian"][-1] == "36.27", "the default run is the default choices' figure"
    assert table["identity"][-1] == "diverged: diverged by step 3"
    assert table["basic"][-1] == r"failed: no \| such"
    assert table["lattice"][-1] == "not measured"
    assert {len(row) for row in table.values()} == {5}


def test_without_figures_the_table_is_there_all_the_same(tmp_path: Path) -> None:
    table = rows(render_group("mask", tmp_path / "none.json"))
    assert [row[-1] for row in table.values()] == ["not measured"] * 2


def test_the_table_goes_between_its_comments_again_and_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    for _ in range(2):
        insert(lambda: "new", page)
        assert page.read_text() == f"before\n{START}\n\nnew\n\n{END}\nafter\n"


@pytest.mark.parametrize("text", [None, "no comments", f"{START} only"])
def test_a_page_without_the_comments_is_refused_untouched(text: str | None, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text)
    with pytest.raises(ConfigError, match="between which the table goes"):
        insert(lambda: "new", page)
    assert (page.read_text() if page.exists() else None) == text
