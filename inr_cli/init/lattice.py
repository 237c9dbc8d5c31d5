"""A first sine layer that is a Fourier mapping (Benbarka et al., Seeing INRs as Fourier Series, 2021)."""

from __future__ import annotations

import math
from typing import Annotated, final

import torch
from pydantic import Field
from torch import nn

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.init import Init, InitSpec, Role
from inr_cli.signal.lattice import half_count, half_lattice

Limit = Annotated[config.Integer, Field(ge=0, le=256)]


@final
class Lattice(Init):
    """W = pi B / omega_0, b = (pi B 1 + {pi/2, 0}) / omega_0: a sine layer that starts as encoding=lattice.

    sin(omega_0 (W x + b)) = [cos(2 pi B u), sin(2 pi B u)] with u = (x + 1) / 2 and B every whole frequency up to
    `limit`, one of each pair +-n, in the encoding's order. The layer has one unit for each feature: (2 limit + 1)^axes
    + 1. Unlike the encoding's, these frequencies are learned. Raises `ConfigError` behind an encoding and at any other
    width.
    """

    class Spec(InitSpec):
        limit: Limit = Field(description="highest frequency per axis in cycles per side, 0 to 256")

    roles = ("first",)
    needs_omega = True

    def __init__(self, spec: Spec) -> None:
        self.limit = spec.limit

    @torch.no_grad()
    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: torch.Generator) -> None:
        if layer.in_features > 2:
            raise ConfigError(
                f"init.first=lattice: sets waves over bare coordinates, and the first layer sees {layer.in_features} "
                "features; choose encoding=identity."
            )
        limits = [self.limit] * layer.in_features
        width = 2 * half_count(limits)
        if layer.out_features != width:
            raise ConfigError(
                f"init.first=lattice: a first layer of {layer.out_features} units, and {width} features up to "
                f"init.first.limit={self.limit}; choose network.hidden_features={width}."
            )
        omega_0 = activation.get_buffer("omega_0").to(layer.weight)
        rows = half_lattice(limits).to(layer.weight).repeat(2, 1)
        phase = rows.new_tensor([math.pi / 2, 0]).repeat_interleave(width // 2)
        layer.weight.copy_(math.pi * rows / omega_0)
        layer.bias.copy_((math.pi * rows.sum(dim=1) + phase) / omega_0)
