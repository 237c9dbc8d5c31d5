"""One network per axis (CoordX, Liang et al., 2022; F-INR, Vemuri et al., 2025)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.config import spec as config
from inr_cli.init import Fill
from inr_cli.network import Network
from inr_cli.network.mlp import Mlp
from inr_cli.signal.exact import exact

Rank = Annotated[config.Integer, Field(ge=1, le=65_536)]


@final
class Separable(Network):
    """f(r, c) = sum over k < rank of a_k(r) b_k(c) for each channel; a and b are `mlp`s of rank x channels outputs.

    On a grid of H rows and W columns a is evaluated H times and b W times, and one matrix product joins them. This is
    the canonical (CP) form of F-INR, which ends with the sum; CoordX shares hidden layers between its axes and goes
    on with more after the products, so that each pixel costs layers of its own again. The init draws each axis as any
    other network; then, our addition, last layers are divided by rank^(1/4): f's variance does not grow with rank.
    """

    class Spec(Mlp.Spec):
        """The numbers of each axis' `mlp`, and how many products are added up."""

        rank: Rank = Field(description="products in the sum, 1 to 65536")

    per_axis: ClassVar[bool] = True

    def __init__(self, spec: Spec, in_features: int, channels: int, activation: Callable[[bool], Activation]) -> None:
        super().__init__(spec, in_features, channels, activation)
        of_axis = Mlp.Spec.model_validate(spec.model_dump(exclude={"rank"}) | {"name": "mlp", "output": "linear"})
        self.rank = spec.rank
        self.rows = Mlp(of_axis, in_features, spec.rank * channels, activation)
        self.columns = Mlp(of_axis, in_features, spec.rank * channels, activation)
        self.output = nn.Sigmoid() if spec.output == "sigmoid" else nn.Identity()

    @torch.no_grad()
    def initialise(self, init: Fill, generator: torch.Generator) -> None:
        for axis in (self.rows, self.columns):
            axis.initialise(init, generator)
            for last in axis.last.parameters():
                last.div_(self.rank**0.25)

    def forward(self, features: Float[Tensor, "*batch 2 features"]) -> Float[Tensor, "*batch channels"]:
        rows, columns = self.factors(self.rows, features[..., 0, :]), self.factors(self.columns, features[..., 1, :])
        with exact(features):
            return self.output((rows * columns).sum(dim=-2))

    def on_grid(
        self, rows: Float[Tensor, "height features"], columns: Float[Tensor, "width features"]
    ) -> Float[Tensor, "height width channels"]:
        down, across = self.factors(self.rows, rows), self.factors(self.columns, columns)
        with exact(rows):
            return self.output(torch.einsum("hkc,wkc->hwc", down, across))

    def factors(self, axis: Mlp, features: Float[Tensor, "*batch features"]) -> Float[Tensor, "*batch rank channels"]:
        """What one axis brings to each product."""
        return axis(features).unflatten(-1, (self.rank, -1))
