"""The integer lattice (Benbarka et al., Seeing Implicit Neural Representations as Fourier Series, 2021)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, final

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from inr_cli.config import spec as config
from inr_cli.config.errors import ConfigError
from inr_cli.encoding import Encoding
from inr_cli.encoding._wave import unit

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
    """

    class Spec(config.Spec):
        limit: Limit | Literal["nyquist"] = Field(
            description="highest frequency per axis in cycles per side, 0 to 32768, or nyquist"
        )

    B: Float[Tensor, "rows axes"]

    def __init__(self, spec: Spec, shape: Sequence[int], generator: torch.Generator | None) -> None:
        super().__init__(spec, shape, generator)
        limits = [spec.limit if isinstance(spec.limit, int) else size // 2 for size in shape]
        rows = half_count(limits)
        if rows > MOST_ROWS:
            raise ConfigError(
                f"encoding.limit={spec.limit}: {2 * rows} features for a picture of {' x '.join(map(str, shape))} "
                f"pixels, at most {2 * MOST_ROWS}; choose a smaller encoding.limit."
            )
        self.out_features = 2 * rows
        self.register_buffer("B", half_lattice(limits))

    def frequencies(self) -> Float[Tensor, "features axes"]:
        """B twice, for cosines and sines."""
        return self.B.repeat(2, 1)

    def forward(self, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch features"]:
        phase = 2 * math.pi * (unit(coords) @ self.B.T)
        return torch.cat([phase.cos(), phase.sin()], dim=-1)


def half_count(limits: Sequence[int]) -> int:
    """How many rows `half_lattice` has."""
    return (math.prod(2 * limit + 1 for limit in limits) + 1) // 2


def half_lattice(limits: Sequence[int]) -> Float[Tensor, "rows axes"]:
    """The integer points with |n_a| <= limits[a] whose first non-zero component is positive, after the point 0."""
    sides = [2 * limit + 1 for limit in limits]
    # In lexicographic order 0 is the middle one, and -n lies as far before it as n behind: the half is from there on.
    behind = torch.arange(half_count(limits)) + math.prod(sides) // 2
    points = torch.stack(torch.unravel_index(behind, tuple(sides)), dim=-1)
    return (points - torch.tensor(limits)).float()
