"""The places where mixed precision must not reach."""

from __future__ import annotations

import torch
from torch import Tensor


def exact(like: Tensor) -> torch.autocast:
    """A context in which products keep the operands' own precision, on the device of `like`."""
    return torch.autocast(like.device.type, enabled=False)
