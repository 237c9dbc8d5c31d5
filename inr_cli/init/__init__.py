"""Initial weights. A scheme owns the weight and the bias of a layer; each role may have a scheme of its own."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room

Role = Literal["first", "hidden", "last"]
Fill = Callable[[nn.Linear, Role, nn.Module, torch.Generator], None]
"""Fills a layer in place, given its role, the activation behind it, and where random numbers come from."""
ROLES: tuple[Role, ...] = ("first", "hidden", "last")


class InitSpec(config.Spec):
    """What every scheme can be given besides its own numbers; the defaults stand in `conf/config.yaml`."""

    first: config.PartSpec | None = Field(None, description="another scheme for the first layer")
    hidden: config.PartSpec | None = Field(None, description="another scheme for the hidden layers")
    last: config.PartSpec | None = Field(None, description="another scheme for the last layer")
    bias: Literal["torch", "zero", "siren", "uniform"] | None = Field(
        None, description="torch, zero, siren or uniform; null = as the scheme has it"
    )


@dataclass(frozen=True)
class Seen:
    """What a scheme may know before training: the pixels that the task shows, colours in the range that is learned."""

    picture: Float[Tensor, "height width channels"] | None
    """The pixels as a picture; None if they stand on no regular grid."""
    coords: Float[Tensor, "pixels axes"]
    """Where they stand, row by row."""
    frequencies: Float[Tensor, "features axes"] | None
    """The encoding's, in cycles per picture side; None if it has none."""
    samples: Callable[[], Iterator[tuple[Float[Tensor, "chunk features"], Float[Tensor, "chunk channels"]]]]
    """Runs the field over them: what the last layer is fed, and what it should answer, in chunks."""


class Init(ABC):
    """Draws the first values of one linear layer; n is its number of inputs."""

    Spec: ClassVar[type[InitSpec]]
    needs_omega: ClassVar[bool] = False
    """Whether the scheme is made for an activation with a frequency."""
    roles: ClassVar[tuple[Role, ...]] = ROLES
    """The layers that may have it."""
    sees_picture: ClassVar[bool] = False
    """Whether it sets a linear last layer by the picture, in `finish`."""
    needs_series: ClassVar[bool] = False
    """Whether the field must be a Fourier series: one linear layer on an encoding that is a series' basis."""

    @abstractmethod
    def __init__(self, spec: InitSpec) -> None: ...

    @abstractmethod
    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        """Fill `layer` in place; `activation` is the one behind it (for the last layer, the one before)."""

    def finish(self, last: nn.Linear, seen: Seen) -> None:
        """Set the last layer by the picture, after every layer is drawn and where `Init.sees_picture`."""
        return


inits: Room[Init] = Room(__name__, __path__)


def scheme_of(spec: InitSpec, role: Role) -> config.Spec:
    """The scheme that a role has: its own, or everybody's."""
    return getattr(spec, role) or spec


def by_role(spec: InitSpec) -> Fill:
    """The scheme of `spec`, with its exceptions for single roles and for biases."""
    schemes = {role: inits.make(scheme_of(spec, role)) for role in ROLES}

    def fill(layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        schemes[role](layer, role, activation, generator)
        if spec.bias:
            low, high = BIASES[spec.bias](layer, activation)
            nn.init.uniform_(layer.bias, low, high, generator=generator)

    return fill


def _around_zero(bound: float) -> tuple[float, float]:
    return -bound, bound


BIASES: dict[str, Callable[[nn.Linear, nn.Module], tuple[float, float]]] = {
    "torch": lambda layer, activation: _around_zero(1 / math.sqrt(layer.in_features)),
    "zero": lambda layer, activation: (0.0, 0.0),
    # as COIN and lucidrains' SIREN have it: biases from the range of the layer's own weights
    "siren": lambda layer, activation: _around_zero(float(layer.weight.detach().abs().max())),
    "uniform": lambda layer, activation: (0.0, 1.0),
}
"""The range that biases are drawn from, uniformly."""
