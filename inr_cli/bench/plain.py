"""The training loop that public codes of the field have: the measure of how fast ours is.

Textbook modules, one optimiser call after one backward pass over the batch, PyTorch at its defaults.
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

from inr_cli.engine.training import Training
from inr_cli.network._layer import ComplexLinear
from inr_cli.network.mlp import Mlp
from inr_cli.render.field import Field

Function = Callable[[Tensor], Tensor]


def relu(z: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """As everybody writes it."""
    return functional.relu(z)


def sine(z: Float[Tensor, "*batch"], omega_0: float = 30.0) -> Float[Tensor, "*batch"]:
    """SIREN's, as its authors write it."""
    return torch.sin(omega_0 * z)


def finer(z: Float[Tensor, "*batch"], omega_0: float = 30.0) -> Float[Tensor, "*batch"]:
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


@final
class PlainField(nn.Module):
    """Linear layers with one function between them, behind an encoding; starts with the values of a field of ours."""

    def __init__(self, field: Field, encode: Function, activation: Function) -> None:
        super().__init__()
        self.encode, self.activation, self.signed = encode, activation, field.signed
        network = field.network
        assert isinstance(network, Mlp)
        self.layers = nn.ModuleList(_as_linear(layer) for layer in (*network.layers, network.last))
        self.output = network.output

    def forward(self, coords: Float[Tensor, "batch axes"]) -> Float[Tensor, "batch channels"]:
        hidden = self.encode(coords)
        for layer in self.layers[:-1]:
            hidden = self.activation(layer(hidden))
        colours = self.layers[-1](hidden)
        colours = self.output(colours.real if colours.is_complex() else colours)
        return (colours + 1) / 2 if self.signed else colours


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
        with training.machine.autocast():
            loss = functional.mse_loss(self.field(batch.coords), batch.targets)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()

    @torch.no_grad()
    def look(self) -> Float[Tensor, "height width channels"]:
        """The field at the pixels of the picture."""
        colours: Tensor = self.field(self.training.task.coords)
        return colours.unflatten(0, self.training.task.shape)
