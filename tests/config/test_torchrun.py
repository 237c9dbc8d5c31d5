import pytest

from inr_cli.config.errors import ConfigError
from inr_cli.config.torchrun import NAMES, Place, place, require_alone


def say(monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
    for name, value in zip(NAMES, values, strict=True):
        monkeypatch.setenv(name, value)


def test_torchrun_says_which_process_this_is(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, "5", "8", "1", "4")
    assert place() == Place(rank=5, processes=8, local_rank=1, local_processes=4)
    with pytest.raises(ConfigError, match=r"^inr ls: torchrun is for a single run"):
        require_alone("inr ls")


@pytest.mark.parametrize(
    "values", [("", "", "", ""), ("0", "8", "", ""), ("0", "many", "0", "1"), ("0", "1", "0", "1")]
)
def test_whoever_is_not_told_all_of_it_is_alone(monkeypatch: pytest.MonkeyPatch, values: tuple[str, ...]) -> None:
    say(monkeypatch, *values)
    assert place() == Place()
    require_alone("inr ls")
