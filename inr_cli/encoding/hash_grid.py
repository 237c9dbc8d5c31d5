"""The multi-resolution hash grid (Mueller et al., Instant Neural Graphics Primitives, 2022)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, final

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.encoding import Encoding
from inr_cli.encoding._outer import outer
from inr_cli.encoding._wave import unit

PRIMES = (1, 2_654_435_761, 805_459_861, 3_674_653_429, 2_097_192_037, 1_434_869_437, 2_165_219_737)
FIRST = 1e-4  # the features start in U(-FIRST, FIRST)

Levels = Annotated[config.Integer, Field(ge=1, le=32)]
PerLevel = Annotated[config.Integer, Field(ge=1, le=16)]
TableSize = Annotated[config.Integer, Field(ge=4, le=24)]
Resolution = Annotated[config.Integer, Field(ge=1, le=524_288)]


@final
class HashGrid(Encoding):
    """Learned features at the vertices of `levels` grids over the picture, interpolated linearly along each axis.

    Level l has N_l = floor(min_resolution * b^l) cells per side, b = (max / min)^(1 / (levels - 1)), and so N_l + 1
    vertices per axis. If T = 2^log2_table_size features are enough each vertex has its own, else those with the same
    hash, xor_a(v_a prime_a) mod T, share one. Coordinates become u = (x + 1) / 2 and are clamped to [0, 1].
    `max_resolution=half` is half the longest side in pixels, as the authors take it for pictures.

    This is the paper's grid, whose outer vertices lie on the picture's edges; tiny-cuda-nn counts vertices where the
    paper counts cells, and shifts every grid by half a cell. Features: levels * features_per_level, coarse ones first.
    """

    class Spec(config.Spec):
        levels: Levels = Field(description="number of grids, 1 to 32")
        features_per_level: PerLevel = Field(description="learned features of a vertex, 1 to 16")
        log2_table_size: TableSize = Field(description="log2 of the most entries a level has, 4 to 24")
        min_resolution: Resolution = Field(description="cells per side of the coarsest grid, 1 to 524288")
        max_resolution: Resolution | Literal["half"] = Field(
            description="cells per side of the finest grid, 1 to 524288, or half the longest side"
        )

    is_large = True
    derivatives = 1  # linear along each axis within a cell: the second one sits in the cells' borders

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.most = 2**spec.log2_table_size
        self.resolutions = resolutions(spec, max(shape))
        self.sizes = [min((cells + 1) ** len(shape), self.most) for cells in self.resolutions]
        self.out_features = spec.levels * spec.features_per_level
        draw = torch.rand(sum(self.sizes), spec.features_per_level, generator=generator)
        self.table = nn.Parameter(draw.mul_(2).sub_(1).mul_(FIRST))

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        u = unit(coords).clamp(0, 1)
        tables = self.table.split(self.sizes)
        levels = zip(self.resolutions, tables, strict=True)
        return torch.cat([self._interpolate(u * cells, cells, table) for cells, table in levels], dim=-1)

    def _interpolate(
        self, position: Float[Tensor, "*batch axes"], cells: int, table: Float[Tensor, "size per_level"]
    ) -> Float[Tensor, "*batch per_level"]:
        """One level's features at positions counted in its cells."""
        cell = position.floor().clamp(max=cells - 1)  # the far edge belongs to the last cell
        way = position - cell
        weights = outer(torch.mul, torch.stack([1 - way, way], dim=-1).unbind(dim=-2))
        return (weights[..., None] * _rows(table, self._places(cell.long(), cells))).sum(dim=-2)

    def _places(self, cell: Int[Tensor, "*batch axes"], cells: int) -> Int[Tensor, "*batch corners"]:
        """Where in its level's table the features of a cell's corners are."""
        ends = torch.stack([cell, cell + 1], dim=-1).unbind(dim=-2)  # an axis each, (*batch, 2)
        if (cells + 1) ** len(ends) <= self.most:
            return outer(lambda row, column: row * (cells + 1) + column, ends)
        hashes = [end * prime for end, prime in zip(ends, PRIMES[: len(ends)], strict=True)]
        return outer(torch.bitwise_xor, hashes) % self.most


def _rows(table: Float[Tensor, "size per_level"], places: Int[Tensor, "*some"]) -> Float[Tensor, "*some per_level"]:
    """Rows of a table, taken number by number.

    To the same bits as `functional.embedding`, whose gradient on a CPU spends most of a step on adding up rows this
    short; plain indexing fails on single points under vmap.
    """
    per_level = table.shape[1]
    numbers = places[..., None] * per_level + torch.arange(per_level, device=places.device)
    return table.reshape(-1).index_select(0, numbers.reshape(-1)).reshape(numbers.shape)


def resolutions(spec: HashGrid.Spec, longest: int) -> list[int]:
    """The cells per side of each level, coarse to fine; none is coarser than the first."""
    first = spec.min_resolution
    last = max(first, spec.max_resolution if isinstance(spec.max_resolution, int) else longest // 2)
    growth = (last / first) ** (1 / max(1, spec.levels - 1))
    # The last power may fall short of a whole number by rounding only.
    return [int(first * growth**level + 1e-6) for level in range(spec.levels)]
