"""No decay."""

from __future__ import annotations

from typing import final

from inr_cli.schedule import Schedule, Warm


@final
class Constant(Schedule):
    """1 throughout."""

    class Spec(Warm):
        """Takes the warm-up only."""

    def __init__(self, spec: Spec) -> None:
        super().__init__(spec)

    def shape(self, progress: float) -> float:
        return 1.0
