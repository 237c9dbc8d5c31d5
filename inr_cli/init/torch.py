"""PyTorch's own initialisation of a linear layer."""

from __future__ import annotations

import math
from typing import final

from torch import Generator, nn

from inr_cli.init import Init, InitSpec, Role


@final
class Torch(Init):
    """W and b ~ U(+-1/sqrt(n)), what `nn.Linear` does by itself."""

    class Spec(InitSpec):
        """Takes no numbers."""

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: Generator) -> None:
        bound = 1 / math.sqrt(layer.in_features)
        nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
