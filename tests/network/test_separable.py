from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch.func import jacrev, vmap

from inr_cli.activation.gabor import Gabor
from inr_cli.activation.sine import Sine
from inr_cli.engine.training import Training
from inr_cli.init.torch import Torch
from inr_cli.network import Network
from inr_cli.network.separable import Separable

OMEGA = 5.0


def sine(first: bool) -> Sine:
    return Sine(Sine.Spec(name="sine", first_omega_0=OMEGA, hidden_omega_0=OMEGA), first)


def gabor(first: bool) -> Gabor:
    return Gabor(Gabor.Spec(name="gabor", omega=5.0, sigma=5.0, form="complex"), first)


def separable(rank: int = 6, channels: int = 3, output: str = "linear", activation: Callable = sine) -> Separable:
    numbers = {"hidden_features": 16, "parameters": None, "hidden_layers": 1, "output": output}
    network = Separable(Separable.Spec(name="separable", rank=rank, **numbers), 4, channels, activation)
    network.initialise(Torch(Torch.Spec(name="torch")), torch.Generator().manual_seed(0))
    return network


def lines(height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The features of that many rows and columns."""
    random = torch.Generator().manual_seed(1)
    return torch.randn(height, 4, generator=random), torch.randn(width, 4, generator=random)


def axis(network: Separable, name: str, x: np.ndarray) -> np.ndarray:
    """What the network of one axis makes of its features, `(points, rank, channels)`, from its numbers alone."""
    state = {key: value.double().numpy() for key, value in network.state_dict().items() if key.startswith(name)}

    def layer(name_: str, z: np.ndarray) -> np.ndarray:
        return z @ state[f"{name}.{name_}.weight"].T + state[f"{name}.{name_}.bias"]

    hidden = np.sin(OMEGA * layer("layers.1", np.sin(OMEGA * layer("layers.0", x))))
    return layer("last", hidden).reshape(len(x), network.rank, -1)


@pytest.mark.parametrize("output", ["linear", "sigmoid"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("rank", [1, 6])
def test_it_is_a_sum_of_products_of_a_row_and_a_column(rank: int, channels: int, output: str) -> None:
    network = separable(rank, channels, output).double()
    rows, columns = (line.double() for line in lines(5, 7))
    a, b = axis(network, "rows", rows.numpy()), axis(network, "columns", columns.numpy())
    expected = np.zeros((5, 7, channels))
    for k in range(rank):
        expected += a[:, None, k] * b[None, :, k]
    expected = 1 / (1 + np.exp(-expected)) if output == "sigmoid" else expected
    np.testing.assert_allclose(network.on_grid(rows, columns).detach().numpy(), expected, rtol=0, atol=1e-12)
    point = torch.stack([rows[2], columns[4]])
    np.testing.assert_allclose(network(point).detach().numpy(), expected[2, 4], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("dtype", "error"), [(torch.float32, 2e-6), (torch.float64, 1e-14)])
def test_a_grid_is_its_points_one_by_one(dtype: torch.dtype, error: float) -> None:
    network = separable().to(dtype)
    rows, columns = (line.to(dtype) for line in lines(9, 4))
    slow = Network.on_grid(network, rows, columns)
    torch.testing.assert_close(network.on_grid(rows, columns), slow, rtol=0, atol=error)


def test_each_channel_of_a_picture_has_at_most_the_rank() -> None:
    network = separable(rank=3).double()
    picture = network.on_grid(*(line.double() for line in lines(12, 10))).detach().numpy()
    for channel in range(3):
        assert np.linalg.matrix_rank(picture[..., channel]) == 3


@pytest.mark.parametrize("rank", [1, 16, 256])
def test_the_outputs_spread_does_not_grow_with_the_rank(rank: int) -> None:
    network = separable(rank)
    rows, columns = lines(300, 300)
    outer = axis(network, "rows", rows.numpy()) * rank**0.25, axis(network, "columns", columns.numpy()) * rank**0.25
    alone = np.sqrt(np.mean(outer[0] ** 2) * np.mean(outer[1] ** 2))  # of one product of undivided outputs
    spread = network.on_grid(rows, columns).square().mean().sqrt().item()
    assert 0.5 * alone < spread < 2 * alone


def test_complex_activations_will_do() -> None:
    network = separable(activation=gabor)
    rows, columns = lines(3, 2)
    assert network.on_grid(rows, columns).dtype == torch.float32
    torch.testing.assert_close(network.on_grid(rows, columns), Network.on_grid(network, rows, columns))


@pytest.fixture
def fitted(begin: Callable[..., Training]) -> Callable[..., Training]:
    return lambda *words: begin("network=separable", "network.hidden_layers=1", "network.rank=8", *words)


@pytest.mark.parametrize("encoding", ["gaussian", "identity", "positional", "hash_grid", "radial"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_behind_any_encoding_a_grid_is_its_points(
    encoding: str, precision: str, fitted: Callable[..., Training]
) -> None:
    training = fitted(f"encoding={encoding}", f"precision={precision}", "dataset.width=9", "dataset.height=6")
    together = training.look().clone()
    # phases of 200 rad in float32 are good to 1e-5
    bound = 1e-12 if precision == "float64" else 2e-5
    one_by_one = training.field(training.task.coords).unflatten(0, (6, 9))
    torch.testing.assert_close(together, one_by_one, rtol=0, atol=bound)
    torch.testing.assert_close(
        vmap(training.field)(training.task.coords).unflatten(0, (6, 9)), together, rtol=0, atol=bound
    )
    torch.testing.assert_close(training.field(training.task.coords[5]), together[0, 5], rtol=0, atol=bound)


def test_a_derivative_along_one_axis_is_a_finite_difference(fitted: Callable[..., Training]) -> None:
    field = fitted("precision=float64", "encoding=positional", "activation=tanh").field
    place, step = torch.tensor([0.3, -0.2], dtype=torch.float64), 1e-6
    for number, direction in enumerate(torch.eye(2, dtype=torch.float64)):
        aside = step * direction
        expected = (field(place + aside) - field(place - aside)) / (2 * step)
        torch.testing.assert_close(jacrev(field)(place)[:, number], expected, rtol=1e-6, atol=1e-7)


def test_a_full_batch_learns_what_its_points_would(fitted: Callable[..., Training]) -> None:
    by_lines, by_points = (fitted("batch_size=full", "precision=float64", "optimizer=sgd") for _ in range(2))
    by_points.by_lines = False
    for step in range(5):
        assert float(by_lines.update(step)) == pytest.approx(float(by_points.update(step)), rel=1e-10)


@pytest.mark.parametrize("batch", ["full", "64"])
def test_it_learns_from_whole_pictures_and_from_some_pixels(batch: str, fitted: Callable[..., Training]) -> None:
    training = fitted(f"batch_size={batch}", "steps=120", "init=kaiming_uniform")
    before = float(training.task.error(training.look()))
    for step in range(120):
        training.update(step)
    assert float(training.task.error(training.look())) < before / 4


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        (["batch_size=full"], 1),  # pieces of it are points, and cost a hundred times what lines do
        (["batch_size=full", "micro_batch=4000"], 3),
        (["batch_size=full", "task=inpaint", "task.share=0.5"], 2),
        (["batch_size=5000"], 2),
    ],
)
def test_only_all_pixels_of_a_picture_go_through_by_its_lines(
    words: list[str], pieces: int, fitted: Callable[..., Training]
) -> None:
    training = fitted(*words, "dataset.width=100", "dataset.height=100", "encoding=gaussian", "encoding.count=128")
    assert (training.pieces, training.by_lines) == (pieces, pieces == 1)
