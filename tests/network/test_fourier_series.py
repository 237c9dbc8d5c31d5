"""A Fourier-mapped perceptron and a one-hidden-layer SIREN are one function (Benbarka et al., 2021), in float64."""

import math

import pytest
import torch
from torch import Tensor, nn

from inr_cli.activation.sine import Sine
from inr_cli.encoding.gaussian import Gaussian
from inr_cli.encoding.lattice import Lattice
from inr_cli.network.mlp import Mlp
from inr_cli.network.perceptron import Perceptron

SHAPE = (16, 12)
GAUSSIAN = Gaussian(
    Gaussian.Spec(name="gaussian", count=20, scale=5.0), SHAPE, torch.Generator().manual_seed(0)
).double()
LATTICE = Lattice(Lattice.Spec(name="lattice", limit=4, count=None), SHAPE, None).double()


def perceptron(features: int) -> Perceptron:
    return Perceptron(Perceptron.Spec(name="perceptron", output="linear"), features, 3, lambda first: nn.Identity())


def siren(width: int, omega_0: float) -> Mlp:
    sine = Sine.Spec(name="sine", first_omega_0=omega_0, hidden_omega_0=omega_0)
    spec = Mlp.Spec(name="mlp", hidden_features=width, parameters=None, hidden_layers=0, output="linear")
    return Mlp(spec, 2, 3, lambda first: Sine(sine, first))


def points() -> Tensor:
    return torch.rand(300, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("omega_0", [1.0, 30.0])
@pytest.mark.parametrize(
    ("encoding", "phases"),
    [(GAUSSIAN, (0, math.pi / 2)), (LATTICE, (math.pi / 2, 0))],  # sines first, cosines first
    ids=["gaussian", "lattice"],
)
def test_with_copied_weights_they_agree(
    encoding: Gaussian | Lattice, phases: tuple[float, float], omega_0: float
) -> None:
    """With sin(2 pi B u + phi), u = (x + 1) / 2: W = pi B / omega_0, b = (pi B 1 + phi) / omega_0; cos is at pi / 2."""
    frequencies = encoding.frequencies().double()
    series, network = perceptron(encoding.out_features).double(), siren(encoding.out_features, omega_0).double()
    phi = torch.tensor(phases, dtype=torch.float64).repeat_interleave(len(frequencies) // 2)
    with torch.no_grad():
        network.layers[0].weight.copy_(math.pi * frequencies / omega_0)
        network.layers[0].bias.copy_((math.pi * frequencies.sum(dim=1) + phi) / omega_0)
    network.last.load_state_dict(series.last.state_dict())
    torch.testing.assert_close(network(points()), series(encoding(points())), rtol=0, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_perceptron_for_each_channel_learns_what_one_for_all_does(channels: int) -> None:
    """Whose loss is a mean over channels, so that its gradients are that many times smaller."""
    features = LATTICE(points())
    colours = torch.rand(len(features), channels, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    together = nn.Linear(features.shape[1], channels).double()
    apart = [nn.Linear(features.shape[1], 1).double() for _ in range(channels)]
    for channel, one in enumerate(apart):
        one.weight.data, one.bias.data = (
            values.data[channel : channel + 1].clone() for values in (together.weight, together.bias)
        )
    nn.functional.mse_loss(together(features), colours).backward()
    for channel, one in enumerate(apart):
        nn.functional.mse_loss(one(features)[:, 0], colours[:, channel]).backward()
        assert one.weight.grad is not None and together.weight.grad is not None
        torch.testing.assert_close(one.weight.grad[0] / channels, together.weight.grad[channel])
