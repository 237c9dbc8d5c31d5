"""A mean of numbers that stay on the device."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class Mean:
    """A running mean kept on the device."""

    def __init__(self, like: Tensor) -> None:
        self._sum = torch.zeros((), device=like.device, dtype=like.dtype)
        self._count = 0

    def add(self, value: Tensor) -> None:
        """Count one more value."""
        self._sum += value
        self._count += 1

    def take(self) -> float | None:
        """The mean so far, if there is one, and start again. Waits for the device."""
        mean = float(self._sum) / self._count if self._count else None
        self._sum.zero_()
        self._count = 0
        return mean

    def state(self) -> dict[str, Any]:
        """What `restore` takes."""
        return {"sum": self._sum.clone(), "count": self._count}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from there."""
        self._sum.copy_(state["sum"])
        self._count = int(state["count"])
