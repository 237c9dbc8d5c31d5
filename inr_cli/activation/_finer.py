"""The argument that FINER and its kin give their sine."""

from __future__ import annotations

import torch
from jaxtyping import Inexact
from torch import Tensor

from inr_cli.calculus.slopes import slopes_are_true


def stretch(z: Inexact[Tensor, "*batch"], detach_scale: bool) -> Inexact[Tensor, "*batch"]:
    """(|z| + 1) z, for complex z the real and the imaginary part each for itself, as in FINER++'s code.

    With `detach_scale` the factor |z| + 1 is a constant to autograd, except where `calculus` differentiates.
    """
    if z.is_complex():
        return torch.complex(stretch(z.real, detach_scale), stretch(z.imag, detach_scale))
    scale = z.abs() + 1
    return (scale.detach() if detach_scale and not slopes_are_true() else scale) * z
