"""The last layer solved in closed form, as in extreme learning machines (Huang, Zhu and Siew, 2006)."""

from __future__ import annotations

from typing import final

import torch
from jaxtyping import Float64
from torch import Generator, Tensor, nn

from inr_cli.config.errors import ConfigError
from inr_cli.init import Init, InitSpec, Role, Seen

MOST_FEATURES = 8192
"""Their matrix is half a gigabyte, and its eigenvectors take minutes."""


@final
class LeastSquares(Init):
    """W, b = argmin over the picture's pixels of |W h + b - colour|^2 with h, the last layer's inputs, as drawn.

    (W, b) = (G^+ M)^T with G = sum g g^T and M = sum g colour^T of g = (h, 1), summed in double precision. G^+ is the
    pseudo-inverse, so features that are zero, equal or more than the pixels are no trouble: of all solutions it is the
    shortest. Directions below n eps of the features' largest singular value (sqrt(n eps) in double precision, where
    squaring in G costs half the digits) are left out.
    """

    class Spec(InitSpec):
        """Takes no numbers."""

    roles = ("last",)
    sees_picture = True

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: Generator) -> None:
        """Nothing is drawn: the picture decides, in `finish`."""
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)

    def finish(self, last: nn.Linear, seen: Seen) -> None:
        if last.in_features > MOST_FEATURES:
            raise ConfigError(
                f"init.last=least_squares: the last layer has {last.in_features} inputs, at most {MOST_FEATURES} can "
                "be solved for; choose a smaller encoding or network."
            )
        solution = self._solve(last, seen)
        last.weight.copy_(solution[:-1].T)
        last.bias.copy_(solution[-1])

    def _solve(self, last: nn.Linear, seen: Seen) -> Float64[Tensor, "features+1 channels"]:
        n = last.in_features + 1
        gram = torch.zeros(n, n, dtype=torch.float64, device=last.weight.device)
        moment = torch.zeros(n, last.out_features, dtype=torch.float64, device=last.weight.device)
        for features, colours in seen.samples():
            rows = nn.functional.pad(features.double(), (0, 1), value=1.0)
            gram += rows.T @ rows
            moment += rows.T @ colours.double()
        smallest = max((n * torch.finfo(last.weight.dtype).eps) ** 2, n * torch.finfo(torch.float64).eps)
        return torch.linalg.pinv(gram, rtol=smallest, hermitian=True) @ moment
