import numpy as np
import torch
from torch import nn

from inr_cli.network.perceptron import Perceptron


def test_it_is_one_matrix_and_behind_waves_a_fourier_series() -> None:
    network = Perceptron(
        Perceptron.Spec(name="perceptron", output="linear"), 6, 2, lambda first: nn.Identity()
    ).double()
    x = np.linspace(0, 1, 50)
    waves = [np.cos(2 * np.pi * n * x) for n in range(3)] + [np.sin(2 * np.pi * n * x) for n in range(3)]
    weight, bias = network.last.weight.detach().numpy(), network.last.bias.detach().numpy()
    series = np.stack([bias[c] + sum(weight[c, k] * wave for k, wave in enumerate(waves)) for c in range(2)], axis=-1)
    result = network(torch.from_numpy(np.stack(waves, axis=-1))).detach().numpy()
    np.testing.assert_allclose(result, series, atol=1e-12)


def test_three_perceptrons_of_one_channel_are_one_of_three() -> None:
    three = Perceptron(Perceptron.Spec(name="perceptron", output="linear"), 10, 3, lambda first: nn.Identity())
    features = torch.randn(20, 10)
    for channel in range(3):
        one = Perceptron(Perceptron.Spec(name="perceptron", output="linear"), 10, 1, lambda first: nn.Identity())
        one.last.weight.data = three.last.weight.data[channel : channel + 1]
        one.last.bias.data = three.last.bias.data[channel : channel + 1]
        torch.testing.assert_close(one(features)[:, 0], three(features)[:, channel])
