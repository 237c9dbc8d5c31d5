"""The wavelet of FINER++ (Zhu et al., FINER++: Building a Family of Variable-Periodic Functions, 2024)."""

from __future__ import annotations

from typing import ClassVar, final

import torch
from jaxtyping import Complex, Float, Inexact
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.activation._finer import stretch
from inr_cli.activation._wavelet import LARGEST, wavelet
from inr_cli.config import spec as config


@final
class FinerGabor(Activation):
    """exp(j omega s - |sigma s|^2) with s = sin(finer_omega (|z| + 1) z): WIRE's wavelet of FINER's sine, complex.

    For complex z the factor |z| + 1 is taken of the real and the imaginary part each for itself, as in the authors'
    code. The buffer `omega_0` is finer_omega x omega, the frequency at z = 0, by which they too divide the first
    weights. `detach_scale` as in `finer`.
    """

    class Spec(config.Spec):
        finer_omega: config.Positive = Field(description="frequency of the sine at z = 0, above 0")
        omega: config.Positive = Field(description="frequency of the wave, radians per unit of the sine, above 0")
        sigma: config.Positive = Field(description="one over the bump's half-width at 1/e, above 0; omega / 2 or more")
        detach_scale: bool = Field(description="whether |z| + 1 counts as a constant in gradients, as published")

    has_omega: ClassVar[bool] = True
    is_complex = True

    omega_0: Float[Tensor, ""]
    finer_omega: Float[Tensor, ""]
    sigma: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega_0", torch.tensor(spec.finer_omega * spec.omega))
        self.register_buffer("finer_omega", torch.tensor(spec.finer_omega))
        self.register_buffer("sigma", torch.tensor(spec.sigma))
        self.detach_scale = spec.detach_scale

    def forward(self, z: Inexact[Tensor, "*batch features"]) -> Complex[Tensor, "*batch features"]:
        z = z.to(torch.promote_types(z.dtype, self.omega_0.dtype))  # out of bf16, and complex stays complex
        phase = self.finer_omega * stretch(z, self.detach_scale)
        if phase.is_complex():  # the sine grows as exp|Im|: cut where the wavelet of it has long been 0
            phase = torch.complex(phase.real, phase.imag.clamp(-LARGEST, LARGEST))
        return wavelet(torch.sin(phase), self.omega_0 / self.finer_omega, self.sigma)
