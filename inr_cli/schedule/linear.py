"""Linear decay."""

from __future__ import annotations

from typing import final

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.schedule import Schedule, Warm


@final
class Linear(Schedule):
    """1 + (final - 1) p: a straight line from 1 to `final`."""

    class Spec(Warm):
        final: config.Fraction = Field(description="the factor at the end, 0 to 1")

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.final = spec.final

    def shape(self, progress: float) -> float:
        return 1 + (self.final - 1) * progress
