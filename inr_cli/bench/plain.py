"""The training loop that public codes of the field have: the measure of how fast ours is.

Textbook modules in float32, one optimiser call after one backward pass over the batch, PyTorch at its defaults.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import final

import torch
from jaxtyping import Float, Inexact
from torch import Tensor, nn
from torch.nn import functional

from inr_cli.engine.batch import Batch
from inr_cli.engine.training import Training
from inr_cli.network._layer import ComplexLinear
from inr_cli.network.mlp import Mlp
from inr_cli.network.pixel_mlp import PixelMlp
from inr_cli.render.field import Field
from inr_cli.render.view import view

Function = Callable[[Tensor], Tensor]
OMEGA_0 = 30.0
"""SIREN's, in every layer, and FINER's."""


def relu(z: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """As everybody writes it."""
    return functional.relu(z)


def sine(z: Float[Tensor, "*batch"], omega_0: float = OMEGA_0) -> Float[Tensor, "*batch"]:
    """SIREN's, as its authors write it."""
    return torch.sin(omega_0 * z)


def finer(z: Float[Tensor, "*batch"], omega_0: float = OMEGA_0) -> Float[Tensor, "*batch"]:
    """FINER's, as its authors write it."""
    with torch.no_grad():
        scale = z.abs() + 1
    return torch.sin(omega_0 * scale * z)


def gabor(z: Inexact[Tensor, "*batch"], omega: float = 20.0, sigma: float = 10.0) -> Inexact[Tensor, "*batch"]:
    """WIRE's, as its authors write it."""
    return torch.exp(1j * omega * z - (sigma * z).abs().square())


def fourier(frequencies: Float[Tensor, "rows axes"]) -> Function:
    """Fourier features of coordinates in [-1, 1] with those frequencies, in cycles per side."""

    def encoded(coords: Float[Tensor, "batch axes"]) -> Float[Tensor, "batch features"]:
        phase = 2 * math.pi * (coords + 1) / 2 @ frequencies.T
        return torch.cat([torch.sin(phase), torch.cos(phase)], dim=-1)

    return encoded


def unit(field: Field) -> Function:
    """What puts the network's own numbers on the unit scale, if the field's are not there."""
    return (lambda values: (values + 1) / 2) if field.signed else nn.Identity()


@final
class PlainField(nn.Module):
    """Linear layers with one function between them, behind an encoding; starts with the values of a field of ours."""

    def __init__(self, field: Field, encode: Function, activation: Function) -> None:
        super().__init__()
        self.encode, self.activation, self.unit = encode, activation, unit(field)
        network = field.network
        assert isinstance(network, Mlp)
        self.layers = nn.ModuleList(_as_linear(layer) for layer in (*network.layers, network.last))
        self.output = network.output

    def forward(self, coords: Float[Tensor, "batch axes"]) -> Float[Tensor, "batch channels"]:
        hidden = self.encode(coords)
        for layer in self.layers[:-1]:
            hidden = self.activation(layer(hidden))
        colours = self.layers[-1](hidden)
        return self.unit(self.output(colours.real if colours.is_complex() else colours))


def _as_linear(layer: nn.Module) -> nn.Linear:
    """PyTorch's own layer with those values."""
    if isinstance(layer, nn.Linear):
        return copy.deepcopy(layer)
    assert isinstance(layer, ComplexLinear)
    plain = nn.Linear(layer.real.in_features, layer.real.out_features, dtype=torch.complex64)
    with torch.no_grad():
        plain.weight.copy_(torch.complex(layer.real.weight, layer.imaginary.weight))
        plain.bias.copy_(torch.complex(layer.real.bias, layer.imaginary.bias))
    return plain


@final
class PixelField(nn.Module):
    """The same as 1x1 convolutions over a picture of features, which are computed once; it has only whole pictures."""

    features: Float[Tensor, "1 features rows columns"]

    def __init__(self, field: Field, encode: Function, activation: Function) -> None:
        super().__init__()
        network = field.network
        assert isinstance(network, PixelMlp)
        self.activation, self.unit = activation, unit(field)
        self.layers = nn.ModuleList(_as_convolution(layer) for layer in (*network.layers, network.last))
        self.output = network.output
        lines = field.lines(view(field.geometry.height, field.geometry.width))
        features = encode(torch.stack(torch.meshgrid(*lines, indexing="ij"), dim=-1))
        self.register_buffer("features", features.permute(2, 0, 1)[None].contiguous())

    def forward(self, coords: Float[Tensor, "pixels axes"]) -> Float[Tensor, "pixels channels"]:
        hidden = self.features
        for layer in self.layers[:-1]:
            hidden = self.activation(layer(hidden))
        return self.unit(self.output(self.layers[-1](hidden)))[0].flatten(start_dim=1).T


def _as_convolution(layer: nn.Module) -> nn.Conv2d:
    """A 1x1 convolution with those values."""
    assert isinstance(layer, nn.Conv1d)
    assert layer.bias is not None
    plain = nn.Conv2d(layer.in_channels, layer.out_channels, 1)
    plain.load_state_dict({"weight": layer.weight[..., None], "bias": layer.bias})
    return plain


class PlainLoop:
    """The mean square error's gradient, on the pixels and with the learning rates of a training of ours."""

    def __init__(
        self, field: nn.Module, training: Training, optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam
    ) -> None:
        self.field, self.training = field, training
        self.optimizer = optimizer(field.parameters(), lr=training.full_lr[0])

    def update(self, step: int) -> None:
        """One step as it stands in notebooks."""
        training = self.training
        batch = training.batch(step)
        self.optimizer.param_groups[0]["lr"] = training.full_lr[0] * training.schedule(step / training.steps)
        self.gradient(batch)
        self.optimizer.step()

    def gradient(self, batch: Batch) -> None:
        """Forwards and backwards."""
        loss = functional.mse_loss(self.field(batch.coords), batch.targets)
        self.optimizer.zero_grad()
        loss.backward()

    @torch.no_grad()
    def look(self) -> Float[Tensor, "height width channels"]:
        """The field at the pixels of the picture."""
        colours: Tensor = self.field(self.training.task.coords)
        return colours.unflatten(0, self.training.task.shape)
