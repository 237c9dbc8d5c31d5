"""What a run kept of its way: the pictures of `render_every=` and the checkpoints of `save_every=`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Float

from inr_cli.engine.checkpoint import load
from inr_cli.engine.keeper import path_of, steps_in
from inr_cli.render.view import view

NAME = re.compile(r"step_(\d+)\.png")
ADVICE = "nothing is kept of its way; inr fit ... render_every=N keeps a picture every N steps"


def frames(folder: Path, height: int, width: int) -> Iterator[tuple[int, Float[np.ndarray, "height width channels"]]]:
    """Steps and pictures of that size in order: a checkpoint's, or where there is none the one that was drawn.

    Of another size are none of this run's own.
    """
    saved, drawn = steps_in(folder), _drawn(folder)
    for step in sorted({*saved, *drawn}):
        picture = _rendered(folder / path_of(step), height, width) if step in saved else _read(drawn[step])
        if picture.shape[:2] == (height, width):
            yield step, picture


def _drawn(folder: Path) -> dict[int, Path]:
    names = ((NAME.fullmatch(file.name), file) for file in (folder / "renders").glob("step_*.png"))
    return {int(name[1]): file for name, file in names if name}


def _rendered(checkpoint: Path, height: int, width: int) -> Float[np.ndarray, "height width channels"]:
    field, _ = load(checkpoint)
    return field.look(view(*field.geometry.shape, size=f"{width}x{height}"))


def _read(file: Path) -> Float[np.ndarray, "height width channels"]:
    from imageio.v3 import imread

    return np.atleast_3d(imread(file)).astype(np.float32) / 255
