"""An activation with its first and second derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, final

import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli import activation as parts
from inr_cli.calculus.operators import gradient, hessian_diagonal
from inr_cli.config.root import RunConfig
from inr_cli.report.plots.functions import Curve, functions
from inr_cli.report.sketch import Sketch, told

WIDEST, NARROWEST = 3.0, 0.01
"""How far from 0 an activation is drawn at most, and at least."""
WAVES = 12
"""Radians that fit on either side of 0: about two periods."""
POINTS = 1201

Function = Callable[[Float[Tensor, "points 1"]], Float[Tensor, "points 1"]]


@final
class Activation(Sketch):
    """a(z), a'(z) and a''(z), exact, for the hidden layers; for the first one as well where it has other numbers."""

    group: ClassVar = "activation"

    def pictures(self, config: RunConfig, size: int) -> Iterator[tuple[str, bytes]]:
        hidden, first = (parts.activations.make(config.activation, place) for place in (False, True))
        far = reach(real(hidden))
        layers = {"hidden layers": derived(hidden, far)}
        if not same(hidden, first):
            layers["first layer"] = derived(first, far)
        notes = [
            "the real part" if hidden.is_complex else "",
            "both of its inputs alike" if hidden.inputs > 1 else "",
            "a'' without the peaks in its kinks" if hidden.derivatives < 2 else "",
        ]
        yield "activation.png", functions(layers, ", ".join([told(config.activation), *filter(None, notes)]))


def real(activation: parts.Activation) -> Function:
    """The activation as a function of one number: all its inputs alike, of complex values the real part."""
    return lambda z: activation(z.expand(*z.shape[:-1], activation.inputs)).real


def derived(activation: parts.Activation, far: float) -> Curve:
    """The function and both derivatives from -far to far."""
    z = points(far)
    function = real(activation)
    values = function(z), gradient(function, z)[..., 0], hessian_diagonal(function, z)[..., 0]
    return Curve(z[:, 0].numpy(), *(one[:, 0].numpy() for one in values))


def reach(function: Function) -> float:
    """How far from 0 it is to be drawn: to `WIDEST`, but with not many more than `WAVES` radians of its oscillations.

    A radian is taken for what the root mean square of the slope is in units of that of the second derivative.
    """
    far = WIDEST
    while far > NARROWEST:
        z = points(far)
        slope, bend = (of(function, z).square().mean().sqrt() for of in (gradient, hessian_diagonal))
        if not far * bend > WAVES * slope:
            break
        far /= 1.25
    return far


def points(far: float) -> Float[Tensor, "points 1"]:
    """Numbers on both sides of 0, which is one of them."""
    return torch.linspace(-far, far, POINTS, dtype=torch.float64)[:, None]


def same(one: parts.Activation, other: parts.Activation) -> bool:
    """Whether two activations of one kind have the same numbers."""
    return all(torch.equal(value, other.get_buffer(name)) for name, value in one.named_buffers())
