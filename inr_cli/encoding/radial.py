"""Radial basis functions on a grid (Broomhead and Lowe, Multivariable Functional Interpolation, 1988)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._outer import outer
from inr_cli.encoding._wave import unit


@final
class Radial(Encoding):
    """gamma_j(x) = exp(-|u - c_j|^2 / (2 s^2)) with u = (x + 1) / 2 in [0, 1] and centres c_j on a square grid, fixed.

    The grid has m = floor(count^(1 / axes)) centres per axis, in the middle of m equal cells; codes differ here, and a
    grid leaves no gap where random centres would. The width s = sigma / m is `sigma` in units of their distance: at 1
    neighbours overlap enough for their sums to be smooth, below 0.5 dents show between them. Features: m^axes.
    """

    class Spec(config.Spec):
        count: config.Count = Field(description="number of centres, from 1; the largest square grid of at most as many")
        sigma: config.Positive = Field(description="standard deviation in distances between centres, above 0")

    centres: Float[Tensor, " per_axis"]
    sigma: Float[Tensor, ""]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        per_axis = int(spec.count ** (1 / len(shape)) + 1e-6)  # the root of 216 comes out as 5.999...
        self.out_features = per_axis ** len(shape)
        self.register_buffer("centres", (torch.arange(per_axis) + 0.5) / per_axis)
        self.register_buffer("sigma", torch.tensor(spec.sigma))

    def expected_kernel(self, offsets: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch"]:
        """exp(-|d|^2 / (4 s^2)): bumps of width s all over the plane, their sum taken as an integral."""
        return torch.exp(-(offsets * len(self.centres) / (2 * self.sigma)).square().sum(dim=-1))

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        distances = (unit(coords)[..., None] - self.centres) * len(self.centres)  # (*batch, axes, per_axis)
        along = torch.exp(-0.5 * (distances / self.sigma) ** 2)
        return outer(torch.mul, along.unbind(dim=-2))  # a Gaussian of the distance is a product of one per axis
