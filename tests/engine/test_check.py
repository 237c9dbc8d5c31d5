from collections.abc import Callable

import pytest

from inr_cli.config.compose import compose
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.config.words import prepare
from inr_cli.engine.check import ROOMS, check, signed


def test_a_choice_brings_what_it_needs(configure: Callable[..., RunConfig]) -> None:
    assert configure("activation=sine").init.name == "siren"
    assert configure("loss=bce").network.output == "sigmoid"  # type: ignore[attr-defined]
    series = check(compose(prepare(["init=fourier"])))
    assert (series.network.name, series.encoding.name) == ("perceptron", "lattice")
    assert configure("init=zero").init.hidden.name == "torch"  # type: ignore[attr-defined]


def test_every_group_is_typed_by_the_room_of_its_name(configure: Callable[..., RunConfig]) -> None:
    assert tuple(ROOMS) == PARTS
    config = configure()
    for group in PARTS:
        assert type(getattr(config, group)) is ROOMS[group].find(getattr(config, group).name).Spec


def test_checking_twice_changes_nothing(configure: Callable[..., RunConfig]) -> None:
    config = configure("scale=3")
    assert check(config) == config


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], True),
        (["network.output=sigmoid"], False),
        (["target_range=unit"], False),
        (["target_range=signed"], True),
    ],
)
def test_a_linear_output_learns_the_signed_range_and_a_sigmoid_the_unit_one(
    configure: Callable[..., RunConfig], words: list[str], expected: bool
) -> None:
    assert signed(configure(*words)) is expected
