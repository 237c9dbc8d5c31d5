"""Exponential decay."""

from __future__ import annotations

from typing import Annotated, final

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.schedule import Schedule, Warm

Factor = Annotated[config.Number, Field(gt=0, le=1)]


@final
class Exponential(Schedule):
    """final^p: the same factor every step, reaching `final` at the end of the run (0.1 in FINER and WIRE)."""

    class Spec(Warm):
        final: Factor = Field(description="the factor at the end, above 0 to 1")

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)
        self.final = spec.final

    def shape(self, progress: float) -> float:
        return float(self.final**progress)
