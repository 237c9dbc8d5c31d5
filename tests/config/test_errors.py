import pytest

from inr_cli.config import errors
from inr_cli.config.errors import WIDEST, UserError, listing, near, near_option

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and UserError in (kind, kind.__base__)]


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
        "MemoryShortError": 8,
        "LockedError": 9,
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


def test_a_listing_of_long_words_is_cut_too() -> None:
    words = [f"{number}{'x' * 50}" for number in range(5)]
    assert listing(words) == f"{words[0]}, {words[1]}, {words[2]}, ... (5 in all)"
    assert len(listing(words)) < WIDEST + 20


@pytest.mark.parametrize(
    ("key", "nearest"), [("lr", "optimizer.lr"), ("optimizer.rl", "optimizer.lr"), ("run", "rune")]
)
def test_the_last_part_of_a_key_is_enough_and_hydras_keys_are_near_each_other_only(key: str, nearest: str) -> None:
    known = ["optimizer.lr", "rune", "hydra.run", "hydra.runtime"]
    assert near_option(key, known) == f" Did you mean '{nearest}'?"
    assert near_option("hydra.rum", known) == " Did you mean 'hydra.run'?"
