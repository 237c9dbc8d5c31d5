import numpy as np
import pytest
import torch
from torch import nn

from inr_cli.network.gabor_mfn import GaborMfn

SPEC = GaborMfn.Spec(
    name="gabor_mfn", hidden_features=512, parameters=None, hidden_layers=2, input_scale=30.0, output="linear"
)


def network() -> GaborMfn:
    made = GaborMfn(SPEC, 2, 3, lambda first: nn.Identity())
    made.initialise(lambda *_: None, torch.Generator().manual_seed(0))
    return made


def test_it_is_the_papers_recursion() -> None:
    made = network().double()
    x = np.random.default_rng(0).uniform(-1, 1, (9, 2))
    state = {name: value.numpy() for name, value in made.products.state_dict().items()}

    def gate(i: int) -> np.ndarray:
        wave = np.sin(x @ state[f"filters.{i}.sine.linear.weight"].T + state[f"filters.{i}.sine.linear.bias"])
        squared = ((x[:, None] - state[f"filters.{i}.mu"][None]) ** 2).sum(-1)
        return wave * np.exp(-state[f"filters.{i}.gamma"] / 2 * squared)

    hidden = gate(0)
    for i in range(2):
        hidden = gate(i + 1) * (hidden @ state[f"layers.{i}.weight"].T + state[f"layers.{i}.bias"])
    expected = hidden @ state["last.weight"].T + state["last.bias"]
    np.testing.assert_allclose(made(torch.from_numpy(x)).detach().numpy(), expected, atol=1e-12)


def test_the_windows_are_drawn_as_the_authors_do() -> None:
    gate = network().products.filters[0]
    gamma, mu = gate.gamma.detach(), gate.mu.detach()
    # Gamma(2, 1) has mean and variance 2; of 512 numbers the mean is known to 0.06
    assert gamma.mean().item() == pytest.approx(2, abs=0.25)
    assert gamma.var().item() == pytest.approx(2, rel=0.3)
    assert -1 <= mu.min().item() < -0.95
    assert 0.95 < mu.max().item() <= 1
    assert gamma.min().item() > 0
