"""A contact sheet: many small pictures in rows, a line about all of them above, a label below each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageDraw, ImageFont

from inr_cli.render.comparison import GAP, INK, PAPER
from inr_cli.signal.encode import quantise

WIDTH = 880
"""Pixels: as wide as a page shows pictures."""
LINE = 20
LABEL = 18
"""Pixels that a line above the pictures, and a label below one, take up."""


def contact_sheet(
    lines: Sequence[str], tiles: Float[np.ndarray, "tiles height width"], labels: Sequence[str]
) -> UInt8[np.ndarray, "_ _ 3"]:
    """Grey pictures in [0, 1], as far apart as the longest label takes, in as many columns as fit into `WIDTH`."""
    font = ImageFont.load_default(size=11)
    count, height, own = tiles.shape
    width = max([own, *(math.ceil(font.getlength(label)) for label in labels)])
    columns = max(1, min(count, (WIDTH - GAP) // (width + GAP)))
    top = GAP + LINE * len(lines)
    size = _width(lines, columns * (width + GAP)), top + math.ceil(count / columns) * (height + LABEL + GAP)
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        pen.text((GAP, GAP // 2 + LINE * number), line, INK, _headline())
    for number, (tile, label) in enumerate(zip(tiles, labels, strict=True)):
        row, column = divmod(number, columns)
        left, upper = GAP + column * (width + GAP), top + row * (height + LABEL + GAP)
        sheet.paste(Image.fromarray(quantise(tile)), (left, upper))
        pen.text((left, upper + height + 2), label, INK, font)
    return np.asarray(sheet)


def _width(lines: Sequence[str], pictures: int) -> int:
    return GAP + max([pictures, *(math.ceil(_headline().getlength(line)) + GAP for line in lines)])


def _headline() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=14)
