"""What every part must be, whichever parts there are: a new yaml is held to this without a word added here."""

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tifffile
import torch
import yaml
from pydantic_core import PydanticUndefined
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.func import functional_call, jacrev, vmap

from inr_cli.activation import Activation, activations
from inr_cli.config.compose import compose
from inr_cli.config.paths import PACKAGE, conf_folder
from inr_cli.config.root import PARTS, RunConfig
from inr_cli.config.words import prepare
from inr_cli.encoding import Encoding, encodings
from inr_cli.engine.check import ROOMS, check
from inr_cli.engine.machine import find_machine
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.init import ROLES, InitSpec, inits
from inr_cli.network import networks
from inr_cli.signal.vgg import Vgg
from inr_cli.task import square_error, tasks

TESTS = Path(__file__).parent
FILES = {(group, file.stem): file for group in PARTS for file in sorted((conf_folder() / group).glob("*.yaml"))}
CHOICES = [pytest.param(*choice, id="=".join(choice)) for choice in FILES]
EXPERIMENTS = sorted((conf_folder() / "experiment").rglob("*.yaml"))
SHAPES = [(16,), (16, 12), (16, 12, 8)]


def named(group: str) -> list[str]:
    return [name for room, name in FILES if room == group]


@cache
def chosen(group: str, name: str) -> RunConfig:
    return check(compose(words_for(group, name)))


def words_for(group: str, name: str) -> list[str]:
    """What a person types, and what it brings along."""
    return prepare([f"{group}={name}"])


def numbers(group: str, name: str) -> dict[str, Any]:
    """What the yaml says of the part itself, wherever in the tree it puts it."""
    table = yaml.safe_load(FILES[group, name].read_text(encoding="utf-8"))
    table.pop("defaults", None)
    return table.get(group, table)


# One word, three doors


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_the_word_is_the_yaml_the_module_the_class_and_the_test(group: str, name: str) -> None:
    part = ROOMS[group].find(name)
    assert numbers(group, name)["name"] == name
    assert part.__module__ == f"inr_cli.{group}.{name}"
    assert part.__name__.rstrip("_") == "".join(word.capitalize() for word in name.split("_"))
    assert (TESTS / group / f"test_{name}.py").is_file()


@pytest.mark.parametrize("group", PARTS)
def test_every_module_of_a_room_can_be_chosen(group: str) -> None:
    modules = {file.stem for file in (PACKAGE / group).glob("*.py") if not file.stem.startswith("_")}
    assert modules == set(named(group))


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_a_part_is_final_and_its_interface_abstract(group: str, name: str) -> None:
    part = ROOMS[group].find(name)
    assert part.__final__
    assert any(getattr(base, "__abstractmethods__", None) for base in part.__mro__[1:])
    assert not part.__abstractmethods__


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_a_choice_with_all_else_at_its_default_is_accepted(group: str, name: str) -> None:
    assert getattr(chosen(group, name), group).name == name


@pytest.mark.parametrize("file", EXPERIMENTS, ids=lambda file: file.stem)
def test_an_experiment_is_accepted(file: Path) -> None:
    name = file.relative_to(conf_folder() / "experiment").with_suffix("").as_posix()
    check(compose([f"experiment={name}"]))


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_the_yaml_says_in_one_comment_line_what_the_choice_is(group: str, name: str) -> None:
    lines = FILES[group, name].read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#") and not line.startswith("# @package")]
    first = comments[0].removeprefix("#").strip()
    assert 4 < len(first) <= 110
    assert len(comments) == 1
    assert lines.index(comments[0]) <= 1


@pytest.mark.parametrize(("group", "name"), CHOICES)
def test_defaults_stand_in_the_yaml_and_descriptions_in_the_spec(group: str, name: str) -> None:
    fields = dict(ROOMS[group].find(name).Spec.model_fields)
    if group == "init":  # its exceptions for single roles stand in config.yaml
        fields = {key: field for key, field in fields.items() if key == "name" or key not in InitSpec.model_fields}
    presets = set(ROLES) if group == "init" else set()  # but a scheme may choose others for the layers it is not for
    assert numbers(group, name).keys() - presets == fields.keys()
    assert all(field.default is PydanticUndefined and field.default_factory is None for field in fields.values())
    assert all(field.description for key, field in fields.items() if key != "name")


@pytest.mark.parametrize("room", [*PARTS, "engine", "render", "config", "signal"])
def test_no_code_asks_for_a_part_by_its_name(room: str) -> None:
    names = {name for _, name in FILES} - {"full"}  # which is a batch_size too
    for file in (PACKAGE / room).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                compared = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
                assert not names & compared, f"{file.name}:{node.lineno}"


# Encodings


def encoding(name: str, shape: tuple[int, ...], seed: int = 0) -> Encoding:
    return encodings.make(chosen("encoding", name).encoding, shape, torch.Generator().manual_seed(seed))


def points(count: int, shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(count, len(shape), dtype=dtype, generator=torch.Generator().manual_seed(1)) * 2 - 1


each_encoding = pytest.mark.parametrize("name", named("encoding"))
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{len(shape)}d")


@each_encoding
@each_shape
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_encoding_gives_as_many_features_as_it_says(name: str, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    part = encoding(name, shape).to(dtype)
    coords = points(30, shape, dtype)
    features = part(coords)
    assert features.shape == (30, part.out_features)
    assert features.dtype == dtype
    assert features.isfinite().all()


@each_encoding
@each_shape
def test_an_encoding_looks_at_each_point_alone(name: str, shape: tuple[int, ...]) -> None:
    part = encoding(name, shape)
    coords = points(30, shape)
    features = part(coords)
    batched = part(coords.unflatten(0, (2, 3, 5))).flatten(end_dim=2)
    # 1e-4: the phases reach 1e3 rad in float32, and another batch size sums in another order
    torch.testing.assert_close(batched, features, rtol=0, atol=1e-4)
    torch.testing.assert_close(part(coords[7]), features[7], rtol=0, atol=1e-4)
    torch.testing.assert_close(vmap(part)(coords), features, rtol=0, atol=1e-4)


@each_encoding
@each_shape
def test_an_encoding_takes_its_random_numbers_from_the_generator_only(name: str, shape: tuple[int, ...]) -> None:
    global_state = torch.get_rng_state()
    first, again = encoding(name, shape), encoding(name, shape)
    assert torch.equal(torch.get_rng_state(), global_state)
    for (key, value), (key_again, value_again) in zip(
        first.state_dict().items(), again.state_dict().items(), strict=True
    ):
        assert key == key_again
        assert torch.equal(value, value_again)


@each_encoding
@each_shape
def test_an_encoding_is_its_state(name: str, shape: tuple[int, ...]) -> None:
    part, other = encoding(name, shape), encoding(name, shape, seed=5)
    other.load_state_dict(part.state_dict(), strict=True)
    coords = points(30, shape)
    assert torch.equal(other(coords), part(coords))
    third = encoding(name, shape, seed=6)
    state = {**dict(part.named_parameters()), **dict(part.named_buffers())}
    assert torch.equal(functional_call(third, state, (coords,)), part(coords))


@each_encoding
@each_shape
def test_an_encoding_has_finite_first_and_second_derivatives(name: str, shape: tuple[int, ...]) -> None:
    part = encoding(name, shape)
    places = torch.cat([points(3, shape), torch.zeros(1, len(shape)), torch.ones(1, len(shape))])
    assert vmap(jacrev(part))(places).isfinite().all()
    assert vmap(jacrev(jacrev(lambda point: part(point).sum())))(places).isfinite().all()


# Activations

each_activation = pytest.mark.parametrize("name", named("activation"))
each_place = pytest.mark.parametrize("first", [True, False], ids=["first", "hidden"])


def activation(name: str, first: bool = False) -> Activation:
    return activations.make(chosen("activation", name).activation, first)


@each_activation
@each_place
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_activation_is_elementwise_and_keeps_the_type(name: str, first: bool, dtype: torch.dtype) -> None:
    part = activation(name, first).to(dtype)
    z = torch.linspace(-3, 3, 60, dtype=dtype).reshape(5, 12)
    values = part(z)
    assert values.shape == z.shape
    assert values.dtype == (dtype.to_complex() if part.is_complex else dtype)
    one_by_one = torch.stack([part(one) for one in z.flatten()]).reshape(5, 12)
    torch.testing.assert_close(one_by_one, values)  # vector and scalar code round apart by an ulp
    torch.testing.assert_close(vmap(part)(z), values)


@each_activation
@each_place
@pytest.mark.parametrize("place", [0.0, 50.0, -50.0])
def test_an_activation_has_a_finite_gradient_even_far_out(name: str, first: bool, place: float) -> None:
    z = torch.full((3,), place, requires_grad=True)
    values = activation(name, first)(z)
    (values.real if values.is_complex() else values).sum().backward()
    assert z.grad is not None
    assert z.grad.isfinite().all()


@each_activation
def test_an_activation_with_an_omega_has_it_as_a_buffer(name: str) -> None:
    part = activation(name)
    assert part.has_omega == ("omega_0" in dict(part.named_buffers()))


# Inits

each_init_and_role = pytest.mark.parametrize(
    ("name", "role"),
    [(name, role) for name in named("init") for role in inits.find(name).roles],
)


def drawn(name: str, role: str, seed: int) -> nn.Linear:
    """A layer that was all NaN before."""
    layer = nn.Linear(2, 290)
    for parameter in layer.parameters():
        nn.init.constant_(parameter, float("nan"))
    part = inits.make(chosen("init", name).init)
    behind = activations.make(chosen("init", name).activation, role == "first")
    part(layer, role, behind, torch.Generator().manual_seed(seed))
    return layer


@each_init_and_role
def test_an_init_owns_every_number_of_the_layer(name: str, role: str) -> None:
    assert all(parameter.isfinite().all() for parameter in drawn(name, role, 0).parameters())


@each_init_and_role
def test_an_init_takes_its_random_numbers_from_the_generator_only(name: str, role: str) -> None:
    first, other = drawn(name, role, 0), drawn(name, role, 1)
    torch.manual_seed(1234)
    again = drawn(name, role, 0)
    assert torch.equal(first.weight, again.weight)
    assert torch.equal(first.bias, again.bias)
    assert torch.equal(first.weight, other.weight) == (inits.find(name).roles != ROLES)


# Networks


@pytest.mark.parametrize("name", named("network"))
def test_mixed_precision_rounds_neither_what_a_network_is_given_nor_its_colours(name: str) -> None:
    config, random = chosen("network", name), torch.Generator().manual_seed(0)
    network = networks.make(config.network, 5, 3, lambda first: activations.make(config.activation, first))
    network.initialise(inits.make(config.init), random)
    batch = (8, 8) if not network.pointwise else (64, 2) if network.per_axis else (64,)
    features = torch.rand(*batch, 5, generator=random)
    rounded = features.bfloat16().float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        colours, colours_of_rounded = network(features), network(rounded)
    assert colours.dtype == torch.float32
    assert (colours != colours.bfloat16()).any(), "more than the 8 bits of a bf16 product"
    assert (colours != colours_of_rounded).any(), "nor are the features taken for those of 8 bits"


# Learning


class Learned(NamedTuple):
    """The task's error before and after, that of the best single colour, and whether the picture is all numbers."""

    before: float
    after: float
    one_colour: float
    finite: bool


def error(training: Training) -> float:
    """The mean square error of the samples' colours, or what the task makes smaller if they are none."""
    task = training.task
    if task.error(training.look()) is None:
        return task.objective(training.colours, training.loss, task.coords, task.targets).item()
    return square_error(training.colours(task.coords).detach(), task.targets).item()


KEPT = ("image", "size", "dataset", "device", "threads", "precision")
LEARNING = [pytest.param(*choice, id="=".join(choice)) for choice in FILES if choice[0] not in ("dataset", "logger")]


@pytest.fixture(scope="module")
def vgg_weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Random numbers in place of the published ones, for two layers only."""
    trunk = Vgg(19, ["relu2_2"])
    torch.manual_seed(0)
    for name, value in trunk.state_dict().items():
        if name.endswith("weight"):
            nn.init.kaiming_normal_(value)
        else:
            nn.init.zeros_(value)
    file = tmp_path_factory.mktemp("vgg") / "vgg19.safetensors"
    save_file(trunk.state_dict(), file)
    return {"weights": str(file), "sha256": None, "layers": ("relu1_2", "relu2_2")}


@pytest.fixture(scope="module")
def tiff(tmp_path_factory: pytest.TempPathFactory, configure: Callable[..., RunConfig]) -> str:
    """The small picture as a file."""
    file = tmp_path_factory.mktemp("tiff") / "face.tif"
    tifffile.imwrite(file, open_picture(configure()).pixels, photometric="rgb")
    return f"image={file}"


@pytest.fixture(scope="module")
def learn(
    configure: Callable[..., RunConfig], vgg_weights: dict[str, Any], tiff: str
) -> Callable[[RunConfig], Learned]:
    """Fits a small picture with the parts of a configuration; most choices are defaults, and those share one run."""
    one, other = (
        {name: getattr(quick, name) for name in KEPT} for quick in (configure(), configure(tiff, "size=null"))
    )

    @cache
    def learned(config: RunConfig) -> Learned:
        training = Training(config, open_picture(config), find_machine(config))
        before = error(training)
        one_colour = float(training.task.targets.var(dim=0, correction=0).mean())
        for step in range(training.steps):
            training.update(step)
        picture = training.look()
        return Learned(before, error(training), one_colour, bool(picture.isfinite().all()))

    def made_small(config: RunConfig) -> Learned:
        width = getattr(config.network, "hidden_features", 0)
        usual = getattr(chosen("network", config.network.name).network, "hidden_features", 0)
        is_free = isinstance(width, int) and width and width == usual
        network = config.network.model_copy(update={"hidden_features": 32} if is_free else {})
        batch = "full" if config.batch_size == "full" else 128
        loss = config.loss.model_copy(update=vgg_weights) if hasattr(config.loss, "weights") else config.loss
        update = {
            **(other if tasks.find(config.task.name).by_tiles else one),
            "loss": loss,
            "network": network,
            "batch_size": batch,
            "steps": 60 if batch == "full" else 500,
        }
        return learned(check(config.model_copy(update=update)))

    return made_small


@pytest.mark.parametrize(("group", "name"), LEARNING)
def test_every_choice_learns(group: str, name: str, learn: Callable[[RunConfig], Learned]) -> None:
    result = learn(chosen(group, name))
    assert result.finite
    # A network whose last bias alone learns reaches the error of the best single colour: less shows that its layers
    # do. Multiplicative filters, made for 256 pixels and a higher learning rate, are the slowest.
    assert result.after < 0.95 * result.one_colour
    # What starts as the picture itself has nothing left to learn.
    assert result.after < 0.95 * result.before or result.before < 1e-3 * result.one_colour
