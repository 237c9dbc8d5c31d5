import math

import numpy as np
import torch
from torch import nn

from inr_cli.network.fourier_mfn import FourierMfn

SPEC = FourierMfn.Spec(
    name="fourier_mfn", hidden_features=64, parameters=None, hidden_layers=3, input_scale=256.0, output="linear"
)


def network() -> FourierMfn:
    made = FourierMfn(SPEC, 2, 3, lambda first: nn.Identity())
    made.initialise(lambda *_: None, torch.Generator().manual_seed(0))
    return made


def test_it_is_the_papers_recursion() -> None:
    made = network().double()
    x = np.random.default_rng(0).uniform(-1, 1, (9, 2))
    state = {name: value.numpy() for name, value in made.products.state_dict().items()}

    def gate(i: int) -> np.ndarray:
        return np.sin(x @ state[f"filters.{i}.linear.weight"].T + state[f"filters.{i}.linear.bias"])

    hidden = gate(0)
    for i in range(3):
        hidden = gate(i + 1) * (hidden @ state[f"layers.{i}.weight"].T + state[f"layers.{i}.bias"])
    expected = hidden @ state["last.weight"].T + state["last.bias"]
    np.testing.assert_allclose(made(torch.from_numpy(x)).detach().numpy(), expected, atol=1e-12)


def test_the_filters_are_drawn_from_the_stated_ranges() -> None:
    for gate in network().products.filters:
        bound = 256 / math.sqrt(4) / math.sqrt(2)
        assert 0.9 * bound < gate.linear.weight.abs().max().item() <= bound * (1 + 1e-6)
        assert 0.9 * math.pi < gate.linear.bias.abs().max().item() <= math.pi * (1 + 1e-6)


def test_one_generator_one_network() -> None:
    assert all(torch.equal(a, b) for a, b in zip(network().parameters(), network().parameters(), strict=True))
