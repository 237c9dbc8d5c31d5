"""A contact sheet: what every form of a sweep rendered, each under its label."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from inr_cli.render.comparison import GAP, INK, PAPER
from inr_cli.report.labels import grid_of
from inr_cli.report.varied import Row, leading

SIDE, LINE, SIZE = 200, 18, 13
"""Pixels of a picture's longest side, of a line of letters, and of a letter."""
ACROSS, MOST = 6, 60
"""How many stand side by side where they are no grid, and how many are shown at all."""

Tile = tuple[str, Path | None]
"""A caption of lines, and the picture."""


def contact(rows: Sequence[Row]) -> bytes | None:
    """A PNG of the best 60; two keys are a grid, one down, one across. None where there is no picture."""
    tiles = {row.label: _tile(row) for row in leading(rows, MOST)}
    if not any(picture for _, picture in tiles.values()):
        return None
    grid = grid_of(list(tiles)) if len(rows) <= MOST else None
    if grid and grid.is_dense:
        places = [[grid.label.get((one, other), "") for other in grid.columns] for one in grid.rows]
    else:
        labels = list(tiles)
        places = [labels[start : start + ACROSS] for start in range(0, len(labels), ACROSS)]
    return _png([[tiles.get(label, ("", None)) for label in line] for line in places])


def picture_of(row: Row, name: str = "render.png") -> Path | None:
    """The picture of that name that the first of the row's finished runs has."""
    files = (run.folder / name for run in row.done)
    return next((file for file in files if file.is_file()), None)


def reduced(file: Path, side: int) -> Image.Image | None:
    """A picture whose longest side is at most that; a small one is enlarged to whole pixels. None if it is damaged."""
    try:
        with Image.open(file) as opened:
            opened.draft("RGB", (side, side))
            picture = opened.convert("RGB")
    except (OSError, Image.DecompressionBombError):
        return None
    if max(picture.size) > side:
        picture.thumbnail((side, side), Image.Resampling.BOX)
        return picture
    times = side // max(picture.size)
    return picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)


def _tile(row: Row) -> Tile:
    lines = [f"{key.rpartition('.')[2]}={value}" for key, value in row.values.items()]
    return "\n".join([*lines, row.told]), picture_of(row)


def _png(table: Sequence[Sequence[Tile]]) -> bytes:
    lines = max(caption.count("\n") + 1 for row in table for caption, _ in row)
    pictures = [[reduced(file, SIDE) if file else None for _, file in row] for row in table]
    highest = max(picture.height for row in pictures for picture in row if picture)
    height, width = highest + 6 + lines * LINE + GAP, SIDE + GAP
    sheet = Image.new("RGB", (GAP + width * max(map(len, table)), GAP + height * len(table)), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=SIZE)
    for down, (row, drawn) in enumerate(zip(table, pictures, strict=True)):
        for across, ((caption, _), picture) in enumerate(zip(row, drawn, strict=True)):
            left, top = GAP + across * width, GAP + down * height
            if picture:
                sheet.paste(picture, (left, top))
            pen.multiline_text((left, top + highest + 6), caption, INK, font, spacing=LINE - SIZE)
    stream = BytesIO()
    sheet.save(stream, "PNG")
    return stream.getvalue()
