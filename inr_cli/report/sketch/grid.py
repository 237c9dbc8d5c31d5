"""Where pixels sit in [-1, 1] by the conventions centre, left and corner, at two sizes of one picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, final

import numpy as np

from inr_cli.config.root import Grid as Kind
from inr_cli.config.root import RunConfig
from inr_cli.report.plots.grid import Axis, grids
from inr_cli.report.sketch import Sketch
from inr_cli.signal.grid import COORDINATE, coordinate

SIDES = (4, 8)
"""Pixels of the smaller and of the larger picture."""


@final
class Grid(Sketch):
    """The coordinates of every pixel along one axis; the configuration's own convention stands out."""

    group: ClassVar = "grid"

    def pictures(self, config: RunConfig, size: int) -> Iterator[tuple[str, bytes]]:
        places: dict[str, list[Axis]] = {kind: [_axis(side, kind) for side in SIDES] for kind in COORDINATE}
        yield "grid.png", grids(places, config.grid)


def _axis(side: int, kind: Kind) -> Axis:
    centres, edges = np.arange(side), np.arange(side + 1) - 0.5
    return Axis(coordinate(centres, side, kind), coordinate(edges, side, kind))
