"""Decay in steps."""

from __future__ import annotations

import math
from typing import Annotated, final

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.schedule import Schedule, Warm

Factor = Annotated[config.Number, Field(gt=0, le=1)]
Times = Annotated[config.Integer, Field(ge=1, le=1000)]


@final
class Step(Schedule):
    """factor^floor((drops + 1) p): `drops` equal drops that cut the run into drops + 1 parts of equal length.

    PyTorch's StepLR with step_size = steps / (drops + 1) and gamma = factor.
    """

    class Spec(Warm):
        factor: Factor = Field(description="what each drop multiplies with, above 0 to 1")
        drops: Times = Field(description="how many drops, 1 to 1000")

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.factor = spec.factor
        self.drops = spec.drops

    def shape(self, progress: float) -> float:
        dropped = math.floor((self.drops + 1) * progress)
        return float(self.factor ** min(dropped, self.drops))  # the run's very end is still its last part
