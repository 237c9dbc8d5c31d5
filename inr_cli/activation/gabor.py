"""The Gabor wavelet of WIRE (Saragadam et al., WIRE: Wavelet Implicit Neural Representations, 2023)."""

from __future__ import annotations

from typing import Literal, final

import torch
from jaxtyping import Float, Inexact
from pydantic import Field
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.activation._wavelet import wavelet
from inr_cli.config import spec as config


@final
class Gabor(Activation):
    """exp(j omega z - |sigma z|^2), complex: a wave under a bump, and so are the layers behind it complex.

    The real form is cos(omega z_1) exp(-(sigma z_2)^2) with a linear layer each for z_1 and z_2, as in the authors'
    code; one with a single z or a sine is not WIRE's. The authors narrow a complex network by sqrt 2 to keep the
    count of learned numbers; here the width is what `network.hidden_features` says.
    """

    class Spec(config.Spec):
        omega: config.Positive = Field(description="frequency of the wave, radians per unit of z, above 0")
        sigma: config.Positive = Field(description="one over the bump's half-width at 1/e, above 0; omega / 2 or more")
        form: Literal["complex", "real"] = Field(description="complex, or real with two linear layers in each")

    omega: Float[Tensor, ""]
    sigma: Float[Tensor, ""]

    def __init__(self, spec: Spec, first: bool) -> None:
        super().__init__(spec, first)
        self.register_buffer("omega", torch.tensor(spec.omega))
        self.register_buffer("sigma", torch.tensor(spec.sigma))
        self.is_complex = spec.form == "complex"
        self.inputs = 1 if self.is_complex else 2

    def forward(self, z: Inexact[Tensor, "*batch inputs"]) -> Inexact[Tensor, "*batch features"]:
        z = z.to(torch.promote_types(z.dtype, self.omega.dtype))  # out of bf16, and complex stays complex
        if self.is_complex:
            return wavelet(z, self.omega, self.sigma)
        along, across = z.chunk(2, dim=-1)
        return torch.cos(self.omega * along) * torch.exp(-(self.sigma * across).square())
