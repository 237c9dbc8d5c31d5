"""Uniform quantisation: each tensor's numbers become whole ones between its least and its greatest.

Least to greatest, not a narrower range of least squared error: that one has 2 dB more at 4 bits, but as many more bytes
once the whole numbers are entropy-coded, and no bound on the error. Nor a range symmetric about 0, which is no better.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import pydantic
from jaxtyping import Float, Float32, Int32
from torch import Tensor

from inr_cli.render.field import Field

MOST_BITS = 16
SMALL = 0.03
"""A tensor with a smaller share of all numbers keeps `MOST_BITS`: a few % of the bytes, and up to 8 dB at 4 bits."""


class Scale(NamedTuple):
    """The number k stands for low + k step, k = 0, ..., 2^bits - 1."""

    bits: Annotated[int, pydantic.Field(strict=True, ge=1, le=MOST_BITS)]
    low: Annotated[float, pydantic.Field(strict=True, allow_inf_nan=False)]
    step: Annotated[float, pydantic.Field(strict=True, ge=0, allow_inf_nan=False)]


def scale_of(values: Float[Tensor, "*shape"], bits: int) -> Scale:
    """The scale from a tensor's least number to its greatest, with the digits that a float32 has."""
    low, high = (end.item() for end in values.detach().aminmax())
    return Scale(bits, *(float(f"{number:.9g}") for number in (low, (high - low) / (2**bits - 1))))


def indices(values: Float[Tensor, "*shape"], scale: Scale) -> Int32[Tensor, "*shape"]:
    """The nearest k of each number."""
    steps = (values.detach().double() - scale.low) / (scale.step or 1.0)
    return steps.round().clamp(0, 2**scale.bits - 1).int()


def restored(numbers: Int32[Tensor, "*shape"], scale: Scale) -> Float32[Tensor, "*shape"]:
    """low + k step: one float32 product and one sum, which every machine rounds alike."""
    return numbers.float().mul_(scale.step).add_(scale.low)


def depths(field: Field, bits: int) -> dict[str, int]:
    """The bits of each tensor of a field: `bits` of what was learned, unless it is small or `bits` has no say in it."""
    learned = dict(field.named_parameters())
    tensors = field.state_dict()
    small = SMALL * sum(tensor.numel() for tensor in tensors.values())
    return {
        name: bits if name in learned and tensor.numel() >= small else MOST_BITS for name, tensor in tensors.items()
    }
