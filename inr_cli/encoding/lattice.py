"""The integer lattice (Benbarka et al., Seeing Implicit Neural Representations as Fourier Series, 2021)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, final

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import unit
from inr_cli.signal.lattice import half_count, half_lattice
from inr_cli.signal.series import energies

Limit = Annotated[config.Integer, Field(ge=0, le=32_768)]
MOST_ROWS = 1_000_000


@final
class Lattice(Encoding):
    """gamma(x) = [cos(2 pi B u), sin(2 pi B u)] with u = (x + 1) / 2 in [0, 1] and B every integer frequency up to N.

    B's rows are all n with |n_a| <= N on each axis a, one of each pair +-n: the one whose first non-zero component is
    positive. They are in lexicographic order, n = 0 first: ((2N + 1)^axes + 1) / 2 rows. N is
    `limit`, or floor(size / 2) of each axis for `nyquist`. A linear layer on these features is a Fourier series.

    Row n's cosine is feature r, its sine feature r + rows; codes differ, ours is the order of a_n cos + b_n sin. The
    sine of n = 0 is zero everywhere and kept, so that both halves have the same rows; so is the sine of Nyquist rows,
    which vanishes on the left grid only: on pixel centres a series from an FFT has c_n exp(-i pi sum_a n_a / size_a).

    With `count`, B is the selection by spectrum: n = 0, then the rows that bring most energy to the picture, strongest
    first and equals in lexicographic order. The energy of a row is |c_n|^2 of the DFT, summed over the channels and
    over n and -n where the pixels tell them apart: the series is the best of `count` terms. Rows above half a side
    repeat lower ones on the pixels and are not chosen. The picture brings B: until then it is zero.
    """

    class Spec(config.Spec):
        limit: Limit | Literal["nyquist"] = Field(
            description="highest frequency per axis in cycles per side, 0 to 32768, or nyquist"
        )
        count: config.Count | None = Field(
            description="only this many frequencies, those of most energy in the picture; null = all up to limit"
        )

    is_series = True

    B: Float[Tensor, "rows axes"]

    @classmethod
    def sees_picture(cls, spec: config.Spec) -> bool:
        assert isinstance(spec, Lattice.Spec)
        return spec.count is not None

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        self.count = spec.count
        self.limits = limits_of(spec, shape)
        most = half_count(self.limits)
        rows = spec.count or most
        if rows > most:
            raise ConfigError(
                f"encoding.count={spec.count}: a picture of {' x '.join(map(str, shape))} pixels has {most} "
                f"frequencies up to encoding.limit={spec.limit}; choose a smaller encoding.count or a larger limit."
            )
        if rows > MOST_ROWS:
            raise ConfigError(
                f"encoding.limit={spec.limit}: {2 * rows} features for a picture of {' x '.join(map(str, shape))} "
                f"pixels, at most {2 * MOST_ROWS}; choose a smaller encoding.limit."
            )
        self.out_features = 2 * rows
        self.register_buffer("B", torch.zeros(rows, len(shape)) if spec.count else half_lattice(self.limits))

    def look_at(self, picture: Float[Tensor, "*shape channels"]) -> None:
        if self.count is not None:
            self.B.copy_(strongest(half_lattice(self.limits), picture)[: self.count])

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """B twice, for cosines and sines."""
        return self.B.repeat(2, 1)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        phase = 2 * math.pi * (unit(coords) @ self.B.T)
        return torch.cat([phase.cos(), phase.sin()], dim=-1)


def limits_of(spec: Lattice.Spec, shape: Sequence[int]) -> list[int]:
    """N along each axis. Of frequencies that are one on the pixels, only the lowest can be selected."""
    nyquist = [size // 2 for size in shape]
    limits = [spec.limit if isinstance(spec.limit, int) else half for half in nyquist]
    return limits if spec.count is None else [min(pair) for pair in zip(limits, nyquist, strict=True)]


def strongest(n: Float[Tensor, "rows axes"], picture: Float[Tensor, "*shape channels"]) -> Float[Tensor, "rows axes"]:
    """The first frequency, which is 0, then the others by the energy that they bring to the picture."""
    energy = energies(picture.cpu().numpy(), n.cpu().numpy().astype(int))
    return n[torch.from_numpy(np.append(0, 1 + np.argsort(-energy[1:], kind="stable")))]
