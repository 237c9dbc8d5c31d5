import pytest

from inr_cli.config import errors
from inr_cli.config.errors import UserError, listing, near

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, UserError)]


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)


def test_the_exit_codes_never_change() -> None:
    assert {kind.__name__: kind.code for kind in KINDS if kind is not UserError} == {
        "ConfigError": 2,
        "PictureError": 3,
        "OutputError": 4,
        "CheckpointError": 5,
        "DatasetError": 6,
        "DivergedError": 7,
        "SweepError": 10,
    }


@pytest.mark.parametrize(("word", "nearest"), [("scal", "scale"), ("gausian", "gaussian"), ("encodng", "encoding")])
def test_a_slip_of_the_hand_finds_what_was_meant(word: str, nearest: str) -> None:
    assert near(word, ["scale", "gaussian", "encoding", "steps"]) == f" Did you mean '{nearest}'?"


def test_what_is_like_nothing_suggests_nothing() -> None:
    assert near("qqq", ["scale", "steps"]) == ""
    assert near("scale", []) == ""


def test_a_long_listing_is_cut_and_says_how_many_there_are() -> None:
    words = [f"word{number:02d}" for number in range(40)]
    assert listing(reversed(words)) == ", ".join(words[:12]) + ", ... (40 in all)"
    assert listing(["b", "a"]) == "a, b"
