"""A last layer that says nothing yet."""

from __future__ import annotations

from typing import final

from torch import Generator, nn

from inr_cli.init import Init, InitSpec, Role


@final
class Zero(Init):
    """W = 0, b = 0: the field starts as one flat colour, the middle of the range that the network learns.

    For the last layer: it trains from there, but the layers before it only from the second step on, when their
    gradient, a multiple of W, has ceased to be zero.
    """

    class Spec(InitSpec):
        """Takes no numbers."""

    roles = ("last",)

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: Generator) -> None:
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)
