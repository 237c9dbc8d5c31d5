"""Tasks: what is asked of a field, what it may see of the picture, and how it is judged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.room import Room
from inr_cli.config.root import Grid
from inr_cli.signal.grid import axes
from inr_cli.signal.metrics import psnr, psnr_8bit, psnr_unclamped, ssim

FieldFunction = Callable[[Tensor], Tensor]
"""Coordinates `(batch, axes)` in [-1, 1] to colours `(batch, channels)` on the unit scale."""
LossFunction = Callable[[Tensor, Tensor], Tensor]
Lines = tuple[Float[np.ndarray, " height"], Float[np.ndarray, " width"]]
"""The coordinates of a picture's rows and of its columns."""
Look = Callable[[Lines], Float[np.ndarray, "height width channels"]]
"""The field's colours, not clamped, where rows and columns cross."""
Figures = dict[str, float | None]
"""Numbers of a run by name: PSNR in dB, SSIM; None where there is none."""
PIECE = 2**22
"""Numbers that are compared at once: in double precision a large picture would not fit into memory."""
UNCLAMPED = "the same before clamping to [0, 1], which the code of COIN and FINER measures"


class Task(ABC):
    """Turns a picture into samples to learn from, and judges what was learned.

    `picture` is on the device and in the type that the field is trained in; `kind` says where its pixels sit.
    """

    Spec: ClassVar[type[config.Spec]]
    is_grid: ClassVar[bool] = True
    """Whether it shows colours of a regular grid of pixels, for parts that look at neighbourhoods or spectra."""
    by_tiles: ClassVar[bool] = False
    """Whether it is handed the picture as `signal.tiles.Tiles` besides."""
    hidden: ClassVar[tuple[str, ...]] = ()
    """The names of `curves`."""
    compared_with: Mapping[str, str] = {
        "psnr": "every pixel",
        "psnr_8bit": "the same, of the PNG as written",
        "psnr_unclamped": UNCLAMPED,
    }
    """What each figure is of, in the order in which they are told; `ssim_...` is of the same as `psnr_...`.

    Figures are in dB, those of the name `missed_...` shares.
    """

    shape: tuple[int, int]
    """The size of the picture that the field is made for, in pixels."""
    coords: Float[Tensor, "samples axes"]
    targets: Float[Tensor, "samples ..."]
    seen: Float[Tensor, "height width channels"] | None
    """The colours that the task shows, if they stand on a regular grid: then `coords` are its points, row by row."""
    truth: Float[np.ndarray, "height width channels"]
    """The picture that the field's is compared with."""
    lines: Lines
    """Where the field is looked at to be compared."""
    files: Mapping[str, str] = {}
    """The sha256 of each file that it reads beside the picture, by the option that names it."""

    @classmethod
    def derivatives(cls, spec: config.Spec) -> int:
        """How many derivatives of the field the objective takes."""
        return 0

    @abstractmethod
    def __init__(
        self,
        spec: config.Spec,
        picture: Float[Tensor, "height width channels"],
        kind: Grid,
        generator: torch.Generator,
    ) -> None:
        height, width, _ = picture.shape
        self.shape = height, width
        self.truth = picture.float().cpu().numpy()
        self.lines = lines(self.shape, kind)

    def _show(self, seen: Float[Tensor, "height width channels"]) -> None:
        """Let the field learn from a colour at every pixel."""
        self.seen = seen
        self.coords = crossings(self.lines, seen)
        self.targets = seen.flatten(end_dim=-2)

    @property
    def whole(self) -> tuple[int, int]:
        """Rows and columns of the picture that the field's is compared with."""
        return self.truth.shape[0], self.truth.shape[1]

    @property
    def count(self) -> int:
        """The samples that there are to learn from."""
        return len(self.coords)

    def draw_by(self, batch_size: int) -> None:
        """Be told, before anything is drawn, how many samples come together."""
        return

    def advance(self, drawn: int, in_all: int) -> None:
        """Be told how many samples have been drawn, of how many, where what is in memory depends on it."""
        return

    def objective(
        self,
        field: FieldFunction,
        loss: LossFunction,
        coords: Float[Tensor, "batch axes"],
        targets: Float[Tensor, "batch ..."],
    ) -> Float[Tensor, ""]:
        """What a step makes smaller: by default the loss between the field's colours and the targets."""
        return loss(field(coords), targets)

    @abstractmethod
    def error(self, rendered: Float[Tensor, "height width channels"]) -> Float[Tensor, ""] | None:
        """The mean square error, in [0, 1] units, on what the task may see: the one a checkpoint may be chosen by.

        None if it sees no colours.
        """

    def curves(self, rendered: Float[np.ndarray, "height width channels"]) -> Figures:
        """PSNR on what is hidden from training: written down while a run goes on, and never used for anything."""
        return {}

    def judge(self, rendered: Float[np.ndarray, "height width channels"], look: Look) -> Figures:
        """The figures of the finished field, `psnr` and `ssim` being those of what the task may see."""
        return likeness(rendered, self.truth)

    def warning(self, figures: Figures) -> str | None:
        """In one line, where the finished field is worse than doing without one, and what to change."""
        return None

    def show(self, rendered: Float[np.ndarray, "height width channels"]) -> Float[np.ndarray, "height width channels"]:
        """The picture to be looked at: what was rendered, without what the task leaves undecided."""
        return rendered


tasks: Room[Task] = Room(__name__, __path__)


def likeness(
    rendered: Float[np.ndarray, "height width channels"], truth: Float[np.ndarray, "height width channels"]
) -> Figures:
    """PSNR in dB, of floats, of the 8-bit file and of floats as they are, and SSIM."""
    return {
        "psnr": psnr(rendered, truth),
        "psnr_8bit": psnr_8bit(rendered, truth),
        "psnr_unclamped": psnr_unclamped(rendered, truth),
        "ssim": ssim(rendered, truth),
    }


def shortfall(figures: Figures, name: str, rival: str) -> float:
    """By how many dB a figure is below another, to one decimal; 0 where it is not, or where one is missing."""
    ours, theirs = figures.get(name), figures.get(rival)
    return 0.0 if ours is None or theirs is None else max(0.0, round(theirs - ours, 1))


def lines(shape: tuple[int, int], kind: Grid) -> Lines:
    """The coordinates of a picture's rows and columns."""
    rows, columns = axes(shape, kind)
    return rows, columns


def crossings(lines: Lines, like: Tensor) -> Float[Tensor, "points axes"]:
    """The points where rows and columns cross, row by row, on the device and in the type of `like`."""
    rows, columns = (torch.from_numpy(line).to(like) for line in lines)
    return torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1).flatten(end_dim=-2)


def square_error(colours: Float[Tensor, "*batch"], targets: Float[Tensor, "*batch"]) -> Float[Tensor, ""]:
    """The mean square error of colours clamped to [0, 1], summed in double precision, a piece at a time."""
    pieces = zip(colours.flatten().split(PIECE), targets.flatten().split(PIECE), strict=True)
    sums = [torch.sum((ours.clamp(0, 1) - wanted).double() ** 2) for ours, wanted in pieces]
    return torch.stack(sums).sum() / colours.numel()
