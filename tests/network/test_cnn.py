import numpy as np
import torch
from scipy.ndimage import correlate
from torch import nn

from inr_cli.init.kaiming_uniform import KaimingUniform
from inr_cli.network.cnn import Cnn

SPEC = Cnn.Spec(name="cnn", hidden_features=(5, 4), output="linear")


def network() -> Cnn:
    made = Cnn(SPEC, 2, 3, lambda first: nn.ReLU())
    made.initialise(KaimingUniform(KaimingUniform.Spec(name="kaiming_uniform")), torch.Generator().manual_seed(0))
    return made.double()


def test_it_is_three_correlations_with_zeros_around_the_picture() -> None:
    made = network()
    hidden = np.random.default_rng(0).uniform(-1, 1, (6, 7, 2))
    expected = hidden
    for index, layer in enumerate(made.layers):
        weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        planes = [
            sum(correlate(expected[..., i], weight[o, i], mode="constant") for i in range(weight.shape[1])) + bias[o]
            for o in range(len(bias))
        ]
        expected = np.stack(planes, axis=-1)
        if index < len(made.layers) - 1:
            expected = np.maximum(expected, 0)
    np.testing.assert_allclose(made(torch.from_numpy(hidden)).detach().numpy(), expected, atol=1e-12)


def test_the_init_counts_what_one_output_sees() -> None:
    made = network()
    bound = np.sqrt(6 / (9 * 2))
    assert 0.9 * bound < made.layers[0].weight.abs().max().item() <= bound * (1 + 1e-6)
