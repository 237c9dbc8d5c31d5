"""The places where mixed precision must not reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import torch
from torch import Tensor

FULL = ("highest", False)
"""Of `switches`: float32 in every product."""


def exact(like: Tensor) -> AbstractContextManager[object]:
    """A context in which products keep the operands' own precision, on the device of `like`: neither bf16 nor TF32.

    Of TF32, gradients that are taken outside are not free, nor is what `torch.compile` makes, which has one precision
    for all of its float32 products.
    """
    autocast_off = torch.autocast(like.device.type, enabled=False)
    if torch.compiler.is_compiling() or switches() == FULL:
        return autocast_off
    return _without_tf32(autocast_off)


def switches() -> tuple[str, bool]:
    """torch's two for TF32: of matrix products, and of convolutions. `FULL` where a caller has set them by halves."""
    try:
        return torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    except RuntimeError:  # by torch's newer switches, beside which these two have no answer
        return FULL


def set_switches(products: str, convolutions: bool) -> None:
    """Set what `switches` reads."""
    torch.set_float32_matmul_precision(products)
    torch.backends.cudnn.allow_tf32 = convolutions


@contextmanager
def _without_tf32(autocast_off: torch.autocast) -> Iterator[None]:
    before = switches()
    set_switches(*FULL)
    try:
        with autocast_off:
            yield
    finally:
        set_switches(*before)
