import subprocess
import sys
from collections.abc import Callable

import pytest
import torch

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.encoding import encodings
from inr_cli.engine.build import build_field, build_structure
from inr_cli.render.field import Geometry
from inr_cli.task.fit import Fit

GEOMETRY = Geometry(15, 12, 3, "centre")
Configure = Callable[..., RunConfig]
PICTURE = torch.rand(15, 12, 3, generator=torch.Generator().manual_seed(0))


def fit(pixels: torch.Tensor) -> Fit:
    return Fit(Fit.Spec(name="fit"), pixels, "centre", torch.Generator())


TASK = fit(PICTURE)


def test_the_seed_decides_every_number(configure: Configure) -> None:
    states = [build_field(configure(f"seed={seed}"), GEOMETRY, TASK).state_dict() for seed in (0, 0, 1)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert not torch.equal(states[0]["network.layers.0.weight"], states[2]["network.layers.0.weight"])
    assert not torch.equal(states[0]["encoding.B"], states[2]["encoding.B"])


def test_the_global_random_state_decides_none(configure: Configure) -> None:
    torch.manual_seed(1)
    first = build_field(configure(), GEOMETRY, TASK).state_dict()
    torch.manual_seed(2)
    other = build_field(configure(), GEOMETRY, TASK).state_dict()
    assert all(torch.equal(first[name], other[name]) for name in first)


def test_a_wider_encoding_leaves_the_hidden_layers_shape_alone(configure: Configure) -> None:
    field = build_field(configure("encoding.count=7"), GEOMETRY, TASK)
    assert field.network.layers[0].in_features == 14
    assert field(torch.zeros(5, 2)).shape == (5, 3)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_the_last_layer_has_the_pictures_channels(configure: Configure, channels: int) -> None:
    field = build_field(configure(), Geometry(15, 12, channels, "centre"), fit(torch.zeros(15, 12, channels)))
    assert field(torch.zeros(2, 2)).shape == (2, channels)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["activation=sine", "encoding=identity"],
        ["encoding=positional", "loss=bce"],
        ["encoding=lattice", "encoding.count=20", "mask=coarse_to_fine"],
        ["encoding=hash_grid"],
    ],
)
def test_what_the_structure_learns_takes_no_memory_on_the_meta_device(configure: Configure, words: list[str]) -> None:
    with torch.device("meta"):
        empty = build_structure(configure(*words), GEOMETRY)
    full = build_field(configure(*words), GEOMETRY, TASK)
    assert all(parameter.is_meta for parameter in empty.parameters())
    shapes = {name: tensor.shape for name, tensor in full.state_dict().items()}
    assert {name: tensor.shape for name, tensor in empty.state_dict().items()} == shapes


BUILD_ALL = """
import sys, torch
from inr_cli.config.compose import compose
from inr_cli.encoding import encodings
from inr_cli.engine.build import build_structure
from inr_cli.engine.check import check
from inr_cli.render.field import Geometry

for name in encodings.names():
    with torch.device("meta"):
        build_structure(check(compose([f"encoding={name}"])), Geometry(15, 12, 3, "centre"))
    print(name, "torch._dynamo" in sys.modules)
"""


def test_whoever_opens_a_checkpoint_does_not_wait_for_the_compiler() -> None:
    done = subprocess.run([sys.executable, "-c", BUILD_ALL], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"{name} False" for name in encodings.names()]


def test_it_is_of_the_pictures_type_and_the_draw_is_not(configure: Configure) -> None:
    single, double = (
        build_field(configure(), GEOMETRY, fit(PICTURE.to(dtype))) for dtype in (torch.float32, torch.float64)
    )
    for value, same in zip(single.state_dict().values(), double.state_dict().values(), strict=True):
        assert same.dtype == torch.float64
        assert torch.equal(value.double(), same)


def test_a_mask_closes_the_frequencies_that_the_picture_chose(configure: Configure) -> None:
    field = build_field(configure("encoding=lattice", "encoding.count=20", "mask=coarse_to_fine"), GEOMETRY, TASK)
    norms = field.mask.get_buffer("norms")
    assert torch.equal(norms, field.encoding.B.norm(dim=1).repeat(2))
    assert norms.max() > 1


def test_what_the_picture_chose_is_in_the_state(configure: Configure) -> None:
    config = configure("encoding=lattice", "encoding.count=20")
    field = build_field(config, GEOMETRY, TASK)
    other = build_structure(config, GEOMETRY)
    other.load_state_dict(field.state_dict())
    coords = torch.rand(9, 2)
    assert torch.equal(other(coords), field(coords))


@pytest.mark.parametrize(
    "words",
    [
        ["network=cnn", "network.hidden_features=[8]", "batch_size=full"],
        ["activation=gabor", "activation.form=complex"],
        ["network=pixel_mlp"],
    ],
    ids=str,
)
def test_a_last_layer_that_cannot_be_solved_is_refused_in_one_line(configure: Configure, words: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"^init.last=least_squares: [^\n]*; choose network=mlp .*real activation.$"):
        build_field(configure("init.last=least_squares", *words), GEOMETRY, TASK)
