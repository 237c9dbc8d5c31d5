import re

import pytest

from inr_cli.report.markdown import link, number, picture, table


def slug(heading: str) -> str:
    """The address that GitHub gives a heading: lower case, nothing but word characters, spaces as hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", ["coin/kodak_0.3bpp", "study/Two", "a-b/c d"])
def test_a_link_leads_to_its_heading(name: str) -> None:
    assert link(name) == f"[{name}](#{slug(name)})"


def test_a_table_has_one_line_per_row_and_numbers_on_the_right() -> None:
    lines = table(["a", "b", "c"], [["1", "2|3", ""]], numbers=1).splitlines()
    assert lines == ["| a | b | c |", "| --- | ---: | ---: |", r"| 1 | 2\|3 |  |"]
    assert table(["a", "b"], []).splitlines()[1] == "| --- | --- |"


def test_a_picture_says_what_it_shows() -> None:
    assert picture("a/b.png", "a cat", 200) == '<img src="a/b.png" alt="a cat" width="200">'


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (0.123456, "0.1235"), (999.96, "1000"), (66_179, "66,179"), (-3.0, "-3")]
)
def test_a_number_has_four_digits(value: float | None, text: str) -> None:
    assert number(value) == text
