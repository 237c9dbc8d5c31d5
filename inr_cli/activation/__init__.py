"""Activations: the nonlinearity between two linear layers, one instance per layer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from jaxtyping import Inexact
from torch import Tensor, nn

from inr_cli.config import spec as config
from inr_cli.config.room import Room


class Activation(nn.Module, ABC):
    """An elementwise function of a layer's pre-activations.

    `first` tells the layer that reads the encoding from the hidden ones: some have their own numbers there.
    """

    Spec: ClassVar[type[config.Spec]]
    has_omega: ClassVar[bool] = False
    """Whether it has a frequency, the buffer `omega_0`, which an init may need."""

    is_complex: bool = False
    """Whether its values are complex: so are the layers behind it then, and the real part of the last one counts."""
    inputs: int = 1
    """How many pre-activations make one feature; `forward` gets them side by side in the last dimension."""
    derivatives: ClassVar[int] = 2
    """How many derivatives, first, second, `calculus` finds finite and true, kinks included.

    Where a published form leaves a factor out of its gradient, plain autograd's are others.
    """

    @abstractmethod
    def __init__(self, spec: config.Spec, first: bool) -> None:
        super().__init__()

    @abstractmethod
    def forward(self, z: Inexact[Tensor, "*batch inputs"]) -> Inexact[Tensor, "*batch features"]:
        """The activation of `z`."""


activations: Room[Activation] = Room(__name__, __path__)
