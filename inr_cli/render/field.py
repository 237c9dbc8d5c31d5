"""A field: a network that is a picture of any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import Grid
from inr_cli.encoding import Encoding
from inr_cli.mask import Mask
from inr_cli.network import Network
from inr_cli.render.sample import chunk_of, colours, points_at_once, sample, sample_lines
from inr_cli.render.view import View, view
from inr_cli.signal.exact import exact
from inr_cli.signal.grid import coordinate
from inr_cli.signal.memory import keep_freed_memory
from inr_cli.signal.picture import Picture


@dataclass(frozen=True)
class Geometry:
    """The fitted picture's size in pixels, its channels, and where its pixels sit in [-1, 1]."""

    height: int
    width: int
    channels: int
    grid: Grid

    @classmethod
    def of(cls, picture: Picture, grid: Grid) -> Geometry:
        """That of a picture to be fitted on a grid of that kind."""
        return cls(picture.height, picture.width, picture.channels, grid)

    @property
    def shape(self) -> tuple[int, int]:
        """Pixels per axis, rows first."""
        return self.height, self.width


@final
class Field(nn.Module):
    """f(row, column) -> colour: encoding, mask, network, and the range the network learns.

    Coordinates `(..., 2)` are (row, column) in [-1, 1]; colours `(..., channels)` are sRGB values on the unit
    scale and may overshoot [0, 1]. With `signed`, the network's own numbers live in [-1, 1].
    """

    def __init__(self, encoding: Encoding, mask: Mask, network: Network, geometry: Geometry, signed: bool) -> None:
        super().__init__()
        self.encoding = encoding
        self.mask = mask
        self.network = network
        self.geometry = geometry
        self.signed = signed

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch channels"]:
        points = torch.diag_embed(coords) if self.network.per_axis else coords  # (*batch, axes, axes)
        return self._unit(self.network(self._features(points)))

    def on_grid(
        self, rows: Float[Tensor, " height"], columns: Float[Tensor, " width"]
    ) -> Float[Tensor, "height width channels"]:
        """The colours at every crossing, by the shortest way that the network has."""
        if self.network.per_axis:
            down = self._features(torch.stack([rows, torch.zeros_like(rows)], dim=-1))
            across = self._features(torch.stack([torch.zeros_like(columns), columns], dim=-1))
            return self._unit(self.network.on_grid(down, across))
        return self(torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1))

    @property
    def prefers_grids(self) -> bool:
        """Whether a grid is less work than its points one by one, or all that the network knows."""
        return self.network.per_axis or not self.network.pointwise

    def _features(self, points: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        points = points.to(next(self.parameters()).dtype)
        with exact(points):
            return self.mask(self.encoding(points))

    def _unit(self, values: Float[Tensor, "*batch channels"]) -> Float[Tensor, "*batch channels"]:
        """The network's own numbers on the unit scale."""
        return (values + 1) / 2 if self.signed else values

    @property
    def count(self) -> int:
        """How many numbers were learned."""
        return sum(parameter.numel() for parameter in self.parameters())

    @property
    def widest(self) -> int:
        """The most features that a point has anywhere on its way."""
        layers = (module.out_features for module in self.modules() if isinstance(module, nn.Linear))
        return max(self.encoding.out_features, *layers, 1)

    def render(
        self,
        size: int | str | None = None,
        *,
        zoom: float | None = None,
        crop: Sequence[float] | None = None,
    ) -> Float[np.ndarray, "height width channels"]:
        """The picture at any size, clamped to [0, 1].

        `size`: longest side in pixels, or "WxH"; `zoom`: times the fitted size; `crop`: x0, y0, x1, y1 in pixel edges
        of the fitted picture (0..width, 0..height; it may reach outside). Without any, the fitted size. Raises
        `ConfigError` for an impossible size.
        """
        seen = view(self.geometry.height, self.geometry.width, size=size, zoom=zoom, crop=crop)
        return np.clip(self.look(seen), 0, 1)

    def look(self, seen: View) -> Float[np.ndarray, "height width channels"]:
        """The colours seen through a view, not clamped."""
        picture = np.empty((seen.height * seen.width, self.geometry.channels), dtype=np.float32)
        for start, values in self.sample(seen):
            picture[start : start + len(values)] = values
        return picture.reshape(seen.height, seen.width, -1)

    def sample(self, seen: View) -> Iterator[tuple[int, Float[np.ndarray, "batch channels"]]]:
        """The colours seen through a view in chunks, each with the number of its first point, row by row."""
        keep_freed_memory()
        rows, columns = self.lines(seen)
        if self.network.per_axis:
            yield from sample_lines(self.on_grid, rows, columns, chunk_of(self.widest))
        elif self.network.pointwise:
            yield from sample(self, rows, columns, points_at_once(self.widest, rows.device))
        else:
            yield 0, colours(self.on_grid, rows, columns)

    def lines(self, seen: View) -> tuple[Float[Tensor, " height"], Float[Tensor, " width"]]:
        """The coordinates of a view's rows and columns."""
        like = next(self.parameters())
        rows, columns = (
            torch.as_tensor(coordinate(position, n, self.geometry.grid)).to(like)
            for position, n in zip((seen.rows, seen.columns), self.geometry.shape, strict=True)
        )
        return rows, columns

    def at(self, row: float, column: float) -> Float[np.ndarray, " channels"]:
        """The colour at a pixel position, clamped to [0, 1]; 0, 0 is the centre of the top-left pixel.

        Raises `ConfigError` for a network that only knows whole pictures.
        """
        if not self.network.pointwise:
            raise ConfigError("a convolutional field has no colour at a single point; render the picture instead.")
        like = next(self.parameters())
        place = [coordinate(p, n, self.geometry.grid) for p, n in zip((row, column), self.geometry.shape, strict=True)]
        point = torch.as_tensor(np.array([place], dtype=np.float64)).to(like)
        return np.clip(colours(self, point)[0], 0, 1)
