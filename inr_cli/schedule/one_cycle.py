"""The one-cycle policy (Smith and Topin, Super-Convergence, 2019)."""

from __future__ import annotations

import math
from typing import final

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.schedule import Schedule, Warm


@final
class OneCycle(Schedule):
    """Half a cosine up from `initial` to 1 over the warm-up, then half a cosine down to `final`.

    The form that fastai made common and PyTorch's OneCycleLR has (initial = 1 / div_factor, final = initial /
    final_div_factor); the paper's lines are straight. The momentum, which both let fall as the rate rises, stays.
    """

    class Spec(Warm):
        warmup: config.Fraction = Field(description="share of the run that rises from `initial`, 0 to 1")
        initial: config.Fraction = Field(description="the factor at the start, 0 to 1")
        final: config.Fraction = Field(description="the factor at the end, 0 to 1")

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.initial = spec.initial
        self.final = spec.final

    def __call__(self, progress: float) -> float:
        """The rise takes the place of the straight warm-up from 0 that the other schedules have."""
        if progress < self.warmup:
            return _half_cosine(self.initial, 1.0, progress / self.warmup)
        return super().__call__(progress)

    def shape(self, progress: float) -> float:
        return _half_cosine(1.0, self.final, progress)


def _half_cosine(start: float, end: float, progress: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2
