import pytest

from inr_cli.bench.scaling import CASES, HEADER, SIDES, WIDTHS, Case, chosen, measure
from inr_cli.config.errors import ConfigError


def test_every_size_and_every_width_is_a_case_once() -> None:
    assert len(CASES) == len(set(CASES)) == len(SIDES) + len(WIDTHS) - 1
    assert {case.side for case in CASES} == set(SIDES)
    assert {case.width for case in CASES} == set(WIDTHS)


def test_a_case_has_its_time_and_the_memory_of_a_whole_run() -> None:
    [row] = measure([Case(32, 16)], 2, 1)
    assert row.pixels_per_second == pytest.approx(32**2 / (row.ms / 1000))
    assert 100 < row.mebibytes < 4000, "PyTorch alone takes some 200"
    assert row.command.startswith("inr fit dataset=synthetic image=band_limited_noise size=null dataset.width=32 ")
    assert len(row.cells()) == len(HEADER)


def test_sides_choose_cases_and_one_that_is_not_measured_is_refused() -> None:
    assert chosen([]) == list(CASES)
    assert chosen([128]) == [Case(128, 256)]
    with pytest.raises(ConfigError, match="--size 100: it is not measured; choose 128, 256"):
        chosen([100])
