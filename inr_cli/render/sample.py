"""Evaluates a field on a grid of any size in chunks, so that memory does not grow with the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config.errors import MemoryShortError
from inr_cli.signal.memory import is_out_of_memory

Values = TypeVar("Values", Tensor, np.ndarray)

CHUNK = 16_384
"""Most points at once, and of crossing lines."""
IN_CACHE = 4 * 2**20
"""Bytes of one layer's values that a processor is fastest with; 2 to 16 MiB differ by 5 % in a step of training, but a
look with 16 takes a third longer than with 4, and in a step 64 take twice as long."""
FEWEST = 512
"""Points at once, however wide the layers: the weights are read anew for each piece."""
BUDGET = 200 * 2**20
"""Bytes that the values of all points at once may take."""
SMALLEST = 256
"""Fewest points at once: where memory is too short even for these, no smaller piece helps."""
TOO_LITTLE = "not enough memory to look at the field; free some, or train a smaller network."

CROSSINGS = 2**20
"""Most crossings of rows and columns at once: 16 MB for each of the copies that four channels go through."""


def chunk_of(widest: int) -> int:
    """Points at once for a field whose widest layer has that many features, six of which are alive at 4 bytes each."""
    return max(1, min(CHUNK, BUDGET // (6 * 4 * widest)))


def in_cache(widest: int) -> int:
    """Points at once that a processor goes through fastest: as many as its cache holds a layer's values of."""
    return max(FEWEST, 2 ** ((IN_CACHE // (4 * widest)).bit_length() - 1))


def points_at_once(widest: int, device: torch.device) -> int:
    """The two together: a GPU is fastest with all that memory allows."""
    return min(chunk_of(widest), in_cache(widest)) if device.type == "cpu" else chunk_of(widest)


@torch.inference_mode()
def colours(field: Callable[..., Tensor], *coords: Tensor) -> Float[np.ndarray, "batch channels"]:
    """The field's colours at those coordinates, or at the crossings of two lines, as float32 in main memory."""
    values = field(*coords).flatten(end_dim=-2)
    pixels: np.ndarray = values.float().cpu().numpy()
    return pixels


def in_chunks(field: Callable[[Tensor], Tensor], points: Float[Tensor, "points axes"], widest: int) -> Iterator[Tensor]:
    """The field's colours at those points, in pieces as large as the budget and the memory that is left allow.

    Raises `MemoryShortError` if that is not enough for a few hundred points.
    """
    chunk = points_at_once(widest, points.device)
    for _, values in bounded(lambda start, end: field(points[start:end]), len(points), chunk):
        yield values


def bounded(evaluate: Callable[[int, int], Values], count: int, chunk: int) -> Iterator[tuple[int, Values]]:
    """`evaluate(start, end)` over [0, count) in chunks, halved whenever memory runs out; each with its start.

    Raises `MemoryShortError` when even `SMALLEST` points are too many.
    """
    start = 0
    while start < count:
        try:
            values = evaluate(start, min(start + chunk, count))
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            values = None
        if values is None:  # outside the handler, whose traceback holds on to the tensors that were too much
            if chunk <= SMALLEST:
                raise MemoryShortError(TOO_LITTLE)
            chunk //= 2
            continue
        yield start, values
        start += len(values)


def sample(
    field: Callable[[Tensor], Tensor], rows: Float[Tensor, " height"], columns: Float[Tensor, " width"], chunk: int
) -> Iterator[tuple[int, Float[np.ndarray, "batch channels"]]]:
    """Colours of the grid rows x columns, row by row: pairs of the first point's number and a chunk of colours."""
    width = len(columns)

    def evaluate(start: int, end: int) -> Float[np.ndarray, "batch channels"]:
        point = torch.arange(start, end, device=rows.device)
        return colours(field, torch.stack([rows[point // width], columns[point % width]], dim=-1))

    yield from bounded(evaluate, len(rows) * width, chunk)


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
            for values in crossed(lambda *lines: colours(on_grid, *lines), band, piece):
                yield start, values
                start += len(values)


def crossed(
    evaluate: Callable[[Tensor, Tensor], Values], rows: Float[Tensor, " height"], columns: Float[Tensor, " width"]
) -> Iterator[Values]:
    """`evaluate(rows, columns)`, one value for each crossing, row by row; in halves whenever memory runs out.

    Raises `MemoryShortError` when even `SMALLEST` crossings are too many.
    """
    try:
        values = evaluate(rows, columns)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        values = None
    if values is not None:
        yield values
        return
    if len(rows) * len(columns) <= SMALLEST:
        raise MemoryShortError(TOO_LITTLE)
    by_rows = len(rows) > 1
    for half in (rows if by_rows else columns).chunk(2):
        yield from crossed(evaluate, *((half, columns) if by_rows else (rows, half)))
