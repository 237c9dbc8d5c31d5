from collections.abc import Callable

import pytest

from inr_cli.config.compose import compose
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.config.words import prepare
from inr_cli.engine.check import ROOMS, check, signed


@pytest.mark.parametrize(
    ("words", "wrong", "instead"),
    [
        (["init=siren", "activation=relu"], "init=siren", ["activation=relu", "choose"]),
        (["loss=bce", "network.output=linear"], "loss=bce", ["network.output=sigmoid"]),
        (["network.output=sigmoid", "target_range=signed"], "target_range=signed", ["unit", "auto"]),
        (
            ["optimizer=sgd", "optimizer.nesterov=true", "optimizer.momentum=0"],
            "optimizer.nesterov=true",
            ["optimizer.momentum=0.9"],
        ),
        (["encoding=identity", "scale=3"], "scale=3", ["gaussian"]),
        (["init.hidden=zero"], "init.hidden=zero", ["init.last=zero", "init.hidden=torch"]),
        (["init.first=fourier"], "init.first=fourier", ["init.last=fourier", "init.first=torch"]),
        (["init=least_squares", "init.first=null"], "init.first=least_squares", ["init.first=torch"]),
        (["init.last=zero", "network=separable"], "init.last=zero", ["network=separable", "init.last=torch"]),
        (["init.last=least_squares", "loss=bce"], "init.last=least_squares", ["network.output=linear"]),
        (["init=fourier", "network.output=sigmoid"], "init=fourier", ["network.output=linear"]),
        (["init=fourier", "encoding=gaussian"], "init=fourier", ["encoding=gaussian", "choose encoding=lattice"]),
        (["init.last=fourier", "encoding=lattice"], "init.last=fourier", ["network=mlp", "choose network=perceptron"]),
        (["init=fourier", "grid=corner"], "init=fourier", ["grid=corner", "choose grid=centre or left"]),
    ],
)
def test_parts_that_do_not_go_together_are_refused_with_what_to_choose(
    words: list[str], wrong: str, instead: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        check(compose(prepare(words)))
    message = str(caught.value)
    assert message.startswith(wrong)
    assert all(word in message for word in instead)
    assert "\n" not in message
    assert len(message) <= 300


@pytest.mark.parametrize(
    "words",
    [
        ["activation=sine", "init=torch"],
        ["optimizer=sgd", "optimizer.nesterov=true"],
        ["optimizer=sgd", "optimizer.momentum=0"],
        ["init=zero", "init.hidden=normal"],
        ["init=siren", "init.last=least_squares"],
        ["init.last=zero", "loss=bce"],
        ["init=fourier", "grid=left"],
        ["network=perceptron", "encoding=lattice", "init.last=fourier"],
    ],
)
def test_parts_that_do_are_not(words: list[str]) -> None:
    check(compose(prepare(words)))


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
