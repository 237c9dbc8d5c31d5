"""How much work a computation is, whatever it runs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode, flop_registry

OF_A_COMPLEX_ONE = 4
"""A complex product and sum are 8 real operations, where a real product and sum are 2."""


def operations(compute: Callable[[], Any]) -> int:
    """Of the products of matrices while it is called; those of complex ones in real operations."""
    with FlopCounterMode(display=False, custom_mapping=PRODUCTS) as counter:
        compute()
    return counter.get_total_flops()


def _in_real_ones(count: Callable[..., int]) -> Callable[..., int]:
    def counted(*args: Any, out_val: Any, **kwargs: Any) -> int:
        return count(*args, out_val=out_val, **kwargs) * (OF_A_COMPLEX_ONE if out_val.is_complex() else 1)

    counted._get_raw = True  # type: ignore[attr-defined]  # torch's word for a count that is told types, not only shapes
    return counted


aten = torch.ops.aten
PRODUCTS = {product: _in_real_ones(flop_registry[product]) for product in (aten.mm, aten.addmm, aten.bmm, aten.baddbmm)}
