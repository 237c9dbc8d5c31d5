import pytest

from inr_cli.bench.cases import FIELDS, known
from inr_cli.bench.rendering import HEADER, measure
from inr_cli.config.errors import ConfigError


def test_a_render_is_worth_two_operations_per_weight_and_pixel() -> None:
    [row] = measure(["siren-3x256"], [48], 1)
    assert row.case == "siren-3x256-48"
    assert row.gflops * row.seconds == pytest.approx(2 * 48**2 * (2 * 256 + 3 * 256**2 + 256 * 3) / 1e9)
    assert row.peak_share == pytest.approx(row.gflops / row.peak_gflops)
    assert row.megapixels_per_second == pytest.approx(48**2 / 1e6 / row.seconds)
    assert len(row.cells()) == len(HEADER)


def test_no_names_are_all_fields_and_a_wrong_one_is_refused() -> None:
    assert known([]) == list(FIELDS)
    with pytest.raises(ConfigError, match=r"siren-3x25: there is no such field; .*Did you mean 'siren-3x256'"):
        known(["siren-3x25"])
