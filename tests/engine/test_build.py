from collections.abc import Callable

import pytest
import torch

from inr_cli.config.root import RunConfig
from inr_cli.engine.build import build_field, build_structure
from inr_cli.render.field import Geometry

GEOMETRY = Geometry(15, 12, 3, "centre")
Configure = Callable[..., RunConfig]


def test_the_seed_decides_every_number(configure: Configure) -> None:
    states = [build_field(configure(f"seed={seed}"), GEOMETRY).state_dict() for seed in (0, 0, 1)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert not torch.equal(states[0]["network.layers.0.weight"], states[2]["network.layers.0.weight"])
    assert not torch.equal(states[0]["encoding.B"], states[2]["encoding.B"])


def test_the_global_random_state_decides_none(configure: Configure) -> None:
    torch.manual_seed(1)
    first = build_field(configure(), GEOMETRY).state_dict()
    torch.manual_seed(2)
    other = build_field(configure(), GEOMETRY).state_dict()
    assert all(torch.equal(first[name], other[name]) for name in first)


def test_a_wider_encoding_leaves_the_hidden_layers_shape_alone(configure: Configure) -> None:
    field = build_field(configure("encoding.count=7"), GEOMETRY)
    assert field.network.layers[0].in_features == 14
    assert field(torch.zeros(5, 2)).shape == (5, 3)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_the_last_layer_has_the_pictures_channels(configure: Configure, channels: int) -> None:
    field = build_field(configure(), Geometry(15, 12, channels, "centre"))
    assert field(torch.zeros(2, 2)).shape == (2, channels)


@pytest.mark.parametrize("words", [[], ["activation=sine", "encoding=identity"], ["encoding=positional", "loss=bce"]])
def test_the_structure_takes_no_memory_on_the_meta_device(configure: Configure, words: list[str]) -> None:
    with torch.device("meta"):
        empty = build_structure(configure(*words), GEOMETRY)
    full = build_field(configure(*words), GEOMETRY)
    assert all(tensor.is_meta for tensor in empty.state_dict().values())
    shapes = {name: tensor.shape for name, tensor in full.state_dict().items()}
    assert {name: tensor.shape for name, tensor in empty.state_dict().items()} == shapes
