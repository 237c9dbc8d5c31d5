import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.config.errors import ConfigError
from inr_cli.engine.training import Training
from inr_cli.init import Seen
from inr_cli.init.least_squares import LeastSquares

INIT = LeastSquares(LeastSquares.Spec(name="least_squares"))
NETWORKS = [
    ["activation=relu"],
    ["activation=sine", "encoding=identity", "target_range=unit"],
    ["network=fourier_mfn", "encoding=identity"],
    ["activation=tanh", "encoding=lattice", "encoding.limit=3"],
]
each_network = pytest.mark.parametrize("words", NETWORKS, ids=str)


def solved(features: np.ndarray, colours: np.ndarray, parts: int = 3) -> nn.Linear:
    """The layer that the init makes of numbers that come in parts."""
    layer = nn.Linear(features.shape[1], colours.shape[1]).double().requires_grad_(False)
    pairs = zip(np.array_split(features, parts), np.array_split(colours, parts), strict=True)
    chunks = [(torch.from_numpy(some), torch.from_numpy(others)) for some, others in pairs]
    INIT.finish(layer, Seen(torch.from_numpy(colours)[None], torch.zeros(len(colours), 2), None, lambda: iter(chunks)))
    return layer


def numbers(rows: int, columns: int, channels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(rows, columns)), rng.normal(size=(rows, channels))


def fed(training: Training) -> torch.Tensor:
    """What the last layer is given, at every pixel."""
    seen: list[torch.Tensor] = []
    [last] = [part for name, part in training.field.named_modules() if name.endswith("last")]
    with torch.no_grad(), last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])):
        training.field(training.task.coords)
    return seen[0]


@pytest.mark.parametrize(("rows", "columns"), [(50, 7), (400, 60), (60, 59)])
def test_it_is_numpys_solution(rows: int, columns: int) -> None:
    features, colours = numbers(rows, columns)
    layer = solved(features, colours)
    expected = np.linalg.lstsq(np.c_[features, np.ones(rows)], colours)[0]
    np.testing.assert_allclose(layer.weight.T, expected[:-1], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(layer.bias, expected[-1], rtol=1e-6, atol=1e-9)


def test_zero_equal_and_surplus_features_do_no_harm() -> None:
    features, colours = numbers(20, 30)
    features[:, 5], features[:, 6] = 0, features[:, 7]
    layer = solved(features, colours)
    expected = np.linalg.lstsq(np.c_[features, np.ones(20)], colours)[0]  # the shortest of many
    np.testing.assert_allclose(layer.weight.T, expected[:-1], rtol=0, atol=1e-7)
    assert layer.weight[:, 5].abs().max() < 1e-12
    np.testing.assert_allclose(layer(torch.from_numpy(features)), colours, rtol=0, atol=1e-7)


@each_network
def test_in_a_field_no_other_last_layer_is_nearer_to_the_picture(begin, words: list[str]) -> None:
    training = begin("init.last=least_squares", "precision=float64", *words)
    field, targets = training.field, training.task.targets.numpy()
    rows = np.c_[fed(training).numpy(), np.ones(len(targets))]
    wanted = 2 * targets - 1 if field.signed else targets
    best = rows @ np.linalg.lstsq(rows, wanted)[0]
    best = (best + 1) / 2 if field.signed else best

    def mse() -> float:
        return float(((training.look().flatten(end_dim=1).numpy() - targets) ** 2).mean())

    reached = mse()
    # 1e-9: of features that nearly repeat each other what is below sqrt(n eps) is left out
    assert reached == pytest.approx(((best - targets) ** 2).mean(), rel=1e-6, abs=1e-9)
    [last] = [part for name, part in field.named_modules() if name.endswith("last")]
    for parameter in last.parameters():
        kept = parameter.detach().clone()
        for seed in range(3):
            noise = torch.randn(kept.shape, dtype=kept.dtype, generator=torch.Generator().manual_seed(seed))
            parameter.data = kept + 1e-2 * noise
            assert mse() > reached
        parameter.data = kept


def test_in_single_precision_it_is_as_near_to_a_decibel(begin) -> None:
    words = ("init=siren", "init.last=least_squares", "encoding=identity")
    single, double = (begin(*words, f"precision=float{bits}") for bits in (32, 64))
    assert single.task.error(single.look()) < 1.26 * double.task.error(double.look()) + 1e-9


def test_too_many_features_are_refused_in_one_line() -> None:
    with torch.device("meta"):
        layer = nn.Linear(9000, 3)
    with pytest.raises(ConfigError, match=r"^init.last=least_squares: .* 9000 inputs, at most 8192 .*; choose .*\.$"):
        INIT.finish(layer, Seen(torch.zeros(1, 1, 3), torch.zeros(1, 2), None, lambda: iter(())))
