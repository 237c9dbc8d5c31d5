import pytest

from inr_cli.config.counted import counted


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1 run"), (0, "0 runs"), (2, "2 runs"), (0.5, "0.5 runs"), (1.0, "1 run"), (1500, "1,500 runs")],
)
def test_one_is_singular(number: float, text: str) -> None:
    assert counted(number, "run") == text
