"""Cosine decay (Loshchilov and Hutter, SGDR, 2017, without restarts)."""

from __future__ import annotations

import math
from typing import final

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.schedule import Schedule, Warm


@final
class Cosine(Schedule):
    """final + (1 - final) (1 + cos(pi p)) / 2."""

    class Spec(Warm):
        final: config.Fraction = Field(description="the factor at the end, 0 to 1")

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.final = spec.final

    def shape(self, progress: float) -> float:
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * progress)) / 2
