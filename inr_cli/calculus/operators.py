"""Gradient, divergence, Laplacian of any function that treats each point alone.

All take the function, `(*batch, axes)` -> `(*batch, channels)`, and the points; all are per unit of the coordinates, of
which a picture's side has two. Each channel is differentiated for itself: `autograd.grad` of the values' sum would give
the sum of the channels' gradients instead. Products are computed in the operands' own precision, never in a mixed one.

There are two routes, one pass backwards per channel or one forwards per axis, equally exact. The one with fewer passes
is taken: for a 3 x 256 SIREN in the plane, a training step on the Laplacian takes half the other route's time,
backwards for one channel, forwards for three.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor
from torch.func import jvp, vjp, vmap

from inr_cli.calculus.slopes import true_slopes
from inr_cli.signal.exact import exact

PointFunction = Callable[[Tensor], Tensor]
"""`(*batch, axes)` -> `(*batch, channels)`, each point for itself."""


def gradient(field: PointFunction, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch channels axes"]:
    """d f_c / d x_a."""
    return _by_fewer_passes(_rows_of_jacobian, _columns_of_jacobian, field, coords)


def divergence(field: PointFunction, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch"]:
    """sum_a d f_a / d x_a of a vector field, which has as many channels as there are axes. Raises `ValueError`."""
    jacobian = gradient(field, coords)
    channels, axes = jacobian.shape[-2:]
    if channels != axes:
        raise ValueError(f"a field of {channels} channels over {axes} axes has no divergence; give it {axes} channels")
    return jacobian.diagonal(dim1=-2, dim2=-1).sum(dim=-1)


def hessian_diagonal(
    field: PointFunction, coords: Float[Tensor, "*batch axes"]
) -> Float[Tensor, "*batch channels axes"]:
    """d^2 f_c / d x_a^2."""
    return _by_fewer_passes(_rows_again, _columns_again, field, coords)


def laplacian(field: PointFunction, coords: Float[Tensor, "*batch axes"]) -> Float[Tensor, "*batch channels"]:
    """sum_a d^2 f_c / d x_a^2. Zero, or without the kinks that make it up, where the field is piecewise linear."""
    return hessian_diagonal(field, coords).sum(dim=-1)


Route = Callable[[PointFunction, Tensor], Tensor]


def _by_fewer_passes(backwards: Route, forwards: Route, field: PointFunction, coords: Tensor) -> Tensor:
    with true_slopes(), exact(coords):
        with torch.no_grad():
            channels = field(coords.reshape(-1, coords.shape[-1])[:1]).shape[-1]
        return (backwards if channels < coords.shape[-1] else forwards)(field, coords)


def _rows_of_jacobian(field: PointFunction, coords: Tensor) -> Tensor:
    values, pull = vjp(field, coords)[:2]
    return torch.stack([pull(channel.expand_as(values))[0] for channel in _units(values)], dim=-2)


def _columns_of_jacobian(field: PointFunction, coords: Tensor) -> Tensor:
    # vmap shares the values, which do not depend on the axis
    return vmap(lambda axis: _along(field, axis)(coords), out_dims=-1)(_units(coords))


def _rows_again(field: PointFunction, coords: Tensor) -> Tensor:
    hessian = _rows_of_jacobian(lambda points: _rows_of_jacobian(field, points).flatten(start_dim=-2), coords)
    return hessian.unflatten(-2, (-1, coords.shape[-1])).diagonal(dim1=-2, dim2=-1)


def _columns_again(field: PointFunction, coords: Tensor) -> Tensor:
    return vmap(lambda axis: _along(_along(field, axis), axis)(coords), out_dims=-1)(_units(coords))


def _along(function: PointFunction, direction: Float[Tensor, " axes"]) -> PointFunction:
    """The directional derivative of a function, again a function of the point."""
    return lambda points: jvp(function, (points,), (direction.expand_as(points),))[1]


def _units(like: Float[Tensor, "*batch n"]) -> Float[Tensor, "n n"]:
    """The unit vectors of the last dimension."""
    return torch.eye(like.shape[-1], dtype=like.dtype, device=like.device)
