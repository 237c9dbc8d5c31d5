"""Evaluates a field on a grid of any size in chunks, so that memory does not grow with the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

CHUNK = 16_384
"""Most points at once: with 256 features of 4 bytes a layer's values are 16 MB, which stay in a processor's cache."""
BUDGET = 200 * 2**20
"""Bytes that the values of all points at once may take."""

CROSSINGS = 2**20
"""Most crossings of rows and columns at once: 16 MB for each of the copies that four channels go through."""


def chunk_of(widest: int) -> int:
    """Points at once for a field whose widest layer has that many features, six of which are alive at 4 bytes each."""
    return max(1, min(CHUNK, BUDGET // (6 * 4 * widest)))


@torch.inference_mode()
def colours(field: Callable[..., Tensor], *coords: Tensor) -> Float[np.ndarray, "batch channels"]:
    """The field's colours at those coordinates, or at the crossings of two lines, as float32 in main memory."""
    values = field(*coords).flatten(end_dim=-2)
    pixels: np.ndarray = values.float().cpu().numpy()
    return pixels


def sample(
    field: Callable[[Tensor], Tensor], rows: Float[Tensor, " height"], columns: Float[Tensor, " width"], chunk: int
) -> Iterator[tuple[int, Float[np.ndarray, "batch channels"]]]:
    """Colours of the grid rows x columns, row by row: pairs of the first point's number and a chunk of colours."""
    width = len(columns)
    for start in range(0, len(rows) * width, chunk):
        point = torch.arange(start, min(start + chunk, len(rows) * width), device=rows.device)
        yield start, colours(field, torch.stack([rows[point // width], columns[point % width]], dim=-1))


def sample_lines(
    on_grid: Callable[[Tensor, Tensor], Tensor],
    rows: Float[Tensor, " height"],
    columns: Float[Tensor, " width"],
    chunk: int,
) -> Iterator[tuple[int, Float[np.ndarray, "batch channels"]]]:
    """As `sample`, in bands of rows that cross all columns, or if those are more than `chunk`, in pieces of one row."""
    height = max(1, min(chunk - len(columns), CROSSINGS // len(columns)))
    start = 0
    for band in rows.split(height):
        for piece in columns.split(chunk):
            values = colours(on_grid, band, piece)
            yield start, values
            start += len(values)
