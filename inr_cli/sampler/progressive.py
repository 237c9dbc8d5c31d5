"""From coarse to fine pixels."""

from __future__ import annotations

from typing import Annotated, final

import torch
from jaxtyping import Int
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.sampler import Sampler, Samples

Levels = Annotated[config.Integer, Field(ge=1, le=16)]


@final
class Progressive(Sampler):
    """Draws from every s-th pixel of every s-th row, s = 2^levels at first, halved until `end`, then from all.

    The steps up to the share `end` of the run are split evenly among s = 2^levels, ..., 4, 2. Each grid holds the one
    before it; its pixels keep their own colours, which are no mean of those left out, and their own places.
    """

    class Spec(config.Spec):
        levels: Levels = Field(description="how often the distance between the pixels is halved, 1 to 16")
        end: config.Fraction = Field(description="share of the run after which all pixels are drawn from, 0 to 1")

    needs_grid = True

    def __init__(self, spec: Spec, samples: Samples) -> None:
        self.levels, self.end, self.samples = spec.levels, spec.end, samples

    def stride(self, step: int) -> int:
        """The distance in pixels between those that a step draws from."""
        coarse = self.end * self.samples.steps
        passed = int(self.levels * step / coarse) if step < coarse else self.levels
        return int(2 ** (self.levels - passed))

    def __call__(self, step: int) -> Int[Tensor, " batch"]:
        samples, stride = self.samples, self.stride(step)
        assert samples.shape is not None
        height, width = samples.shape
        rows, columns = -(-height // stride), -(-width // stride)
        random = samples.generator(step)
        place = torch.randint(rows * columns, (samples.batch_size,), generator=random, device=samples.device)
        return (place // columns * width + place % columns) * stride
