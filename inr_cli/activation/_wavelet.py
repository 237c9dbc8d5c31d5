"""The complex Gabor wavelet of WIRE, without its overflows."""

from __future__ import annotations

import torch
from jaxtyping import Complex, Float, Inexact
from torch import Tensor

LARGEST = 40.0  # of the exponent: e^40 = 2e17, whose square a float32 still holds


def wavelet(
    z: Inexact[Tensor, "*batch"], omega: Float[Tensor, ""], sigma: Float[Tensor, ""]
) -> Complex[Tensor, "*batch"]:
    """exp(j omega z - |sigma z|^2) for z = u + jv, or a real z.

    Its modulus is exp(-omega v - sigma^2 (u^2 + v^2)). Taken as two factors that is inf x 0 for a large v; the sum of
    the exponents is never above (omega / (2 sigma))^2, which is 1 at the bound omega = 2 sigma that the authors advise.
    Only beyond omega = 12.6 sigma can it pass 40, where it is cut: the modulus is then constant, the phase still right.
    """
    u, v = (z.real, z.imag) if z.is_complex() else (z, torch.zeros_like(z))
    exponent = -omega * v - sigma.square() * (u.square() + v.square())
    return torch.exp(torch.complex(exponent.clamp(max=LARGEST), omega * u))
