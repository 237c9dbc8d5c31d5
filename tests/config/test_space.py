from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inr_cli.config.compose import loader
from inr_cli.config.errors import ConfigError
from inr_cli.config.space import Choices, Range, parted
from inr_cli.config.words import prepare


def dimension(word: str) -> Choices | Range:
    fixed, [one] = parted(prepare(["image=cat", word]), loader())
    assert fixed == ["image=cat"]
    return one


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("scale=interval(1,50)", Range("scale", 1.0, 50.0)),
        ("seed=int(interval(1,50))", Range("seed", 1, 50, step=1)),
        ("seed=range(1,10)", Range("seed", 1, 9, step=1)),
        ("seed=range(9,0,-3)", Range("seed", 3, 9, step=3)),
        ("scale=range(0.5,2,0.5)", Range("scale", 0.5, 1.5, step=0.5)),
        ("optimizer.lr=loguniform(1e-4,1e-2)", Range("optimizer.lr", 1e-4, 1e-2, log=True)),
        ("optimizer.lr=tag(log, interval(1e-4,1e-2))", Range("optimizer.lr", 1e-4, 1e-2, log=True)),
        ("batch_size=int(loguniform(16,4096))", Range("batch_size", 16, 4096, step=1, log=True)),
        ("activation=relu,sine", Choices("activation", ("relu", "sine"))),
        ("activation=choice(relu,sine,relu)", Choices("activation", ("relu", "sine"))),
        ("activation=glob(finer_*)", Choices("activation", ("finer_gabor", "finer_gaussian"))),
        ("init.first=normal,torch", Choices("init.first", ("normal", "torch"))),
        ("network.hidden_features=[8,8],[16,16]", Choices("network.hidden_features", ("[8,8]", "[16,16]"))),
    ],
)
def test_a_word_of_several_values_means_what_it_means_to_hydra(word: str, expected: Choices | Range) -> None:
    found = dimension(word)
    assert found == expected
    if isinstance(found, Range):
        assert [type(found.low), type(found.high)] == [type(expected.low), type(expected.high)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("scale=interval(50,1)", "below the second"),
        ("scale=interval(1,inf)", "finite"),
        ("scale=loguniform(0,1)", "above 0"),
        ("scale=loguniform(1)", "loguniform(LOW,HIGH)"),
        ("scale=loguinform(1,2)", "loguniform(LOW,HIGH)"),
        ("scale=range(1,1)", "1 to 100000 numbers"),
        ("scale=range(1,2,0)", "1 to 100000 numbers"),
        ("scale=range(0,1e9)", "1 to 100000 numbers"),
        ("scale=tag(log,range(1,9))", "loguniform"),
        ("scale=tag(often,interval(1,9))", "only the tag log"),
        ("activation=glob(nothing*)", "no value at all"),
    ],
)
def test_what_stands_for_nothing_is_refused_with_what_would(word: str, told: str) -> None:
    with pytest.raises(ConfigError, match="^" + word.partition("(")[0].replace(".", r"\.")) as refused:
        dimension(word)
    assert told in str(refused.value)


def value_of(word: str) -> float:
    key, _, value = word.partition("=")
    assert key == "key"
    return float(value)


numbers = st.floats(1e-6, 1e6)


@given(numbers, numbers, st.floats(0, 1), st.booleans())
def test_a_drawn_number_is_in_its_range_and_near_what_was_drawn(a: float, b: float, at: float, log: bool) -> None:
    low, high = sorted([a, b])
    if low == high:
        return
    one = Range("key", low, high, log=log)
    value = min(max(low * (high / low) ** at if log else low + at * (high - low), low), high)
    width = value * math.log(high / low) if log else high - low
    said = value_of(one.word(value))
    assert low * (1 - 1e-11) <= said <= high * (1 + 1e-11)
    assert said == pytest.approx(value, abs=width / 1000, rel=1e-11), "as finely as anybody can tell"


def test_a_drawn_number_is_short() -> None:
    assert Range("scale", 1.0, 50.0).word(12.345678901) == "scale=12.35"
    assert Range("lr", 1e-4, 1e-2, log=True).word(0.0031234567) == "lr=0.00312"
    assert Range("beta", 0.999, 0.9999).word(0.99941234) == "beta=0.9994123"
    assert Range("scale", 0.1, 0.5, step=0.1).word(0.1 + 0.2) == "scale=0.3"
    assert Range("seed", 1, 9, step=1).word(3.0) == "seed=3"


def test_both_ends_and_something_between_are_looked_at_and_every_choice() -> None:
    low, within, high = map(value_of, Range("key", 8.0, 16.0).samples())
    assert (low, high) == (8, 16)
    assert low < within < high
    assert not within.is_integer(), "an option of whole numbers must refuse it"
    assert Range("key", 8, 16, step=1).samples() == ["key=8", "key=16"]
    assert Choices("key", ("a", "b", "c")).samples() == ["key=a", "key=b", "key=c"]


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (Choices("key", ("a", "b")), 2),
        (Range("key", 1, 9, step=2), 5),
        (Range("key", 0.1, 0.5, step=0.1), 5),
        (Range("key", 0.1, 0.5), math.inf),
    ],
)
def test_values_are_counted(one: Any, count: float) -> None:
    assert one.count == count
