"""Builds a field from a checked configuration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.activation import activations
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.encoding import encodings
from inr_cli.engine.check import signed
from inr_cli.init import InitSpec, Seen, by_role, inits, scheme_of
from inr_cli.mask import masks
from inr_cli.network import networks
from inr_cli.render.field import Field, Geometry
from inr_cli.render.sample import chunk_of
from inr_cli.signal.seed import generator
from inr_cli.task import Task


def build_field(config: RunConfig, geometry: Geometry, task: Task) -> Field:
    """The field at its first values, on the device and in the type of the task's samples.

    The seed decides them, drawn on the CPU in float32, and what the task shows of the picture where a part looks at it.
    """
    assert isinstance(config.init, InitSpec)
    field = build_structure(config, geometry, generator(config.seed, "encoding"), task.seen)
    field.network.initialise(by_role(config.init), generator(config.seed, "network"))
    field = field.to(task.coords.device, task.coords.dtype)
    scheme = inits.make(scheme_of(config.init, "last"))
    if scheme.sees_picture:
        last = _last_layer(field, config)
        with torch.no_grad():
            scheme.finish(last, _seen(field, last, task))
    return field


def _seen(field: Field, last: nn.Linear, task: Task) -> Seen:
    def learned(colours: Tensor) -> Tensor:
        return 2 * colours - 1 if field.signed else colours

    shown = None if task.seen is None else learned(task.seen)
    samples = partial(_samples, field, last, task.coords, learned(task.targets))
    return Seen(shown, task.coords, field.encoding.frequencies(), samples)


def build_structure(
    config: RunConfig,
    geometry: Geometry,
    random: torch.Generator | None = None,
    pixels: Float[Tensor, "height width channels"] | None = None,
) -> Field:
    """The field with values yet to come.

    Under `torch.device("meta")`, and with nothing to see, it takes no memory but for what the encoding has of its own,
    unless that is large.
    """
    is_large = encodings.find(config.encoding.name).is_large
    with nullcontext() if is_large else torch.device("cpu"):  # arithmetic on meta imports a compiler, 1.4 s
        encoding = encodings.make(config.encoding, geometry.shape, random)
    if pixels is not None:
        encoding.look_at(pixels)
    activation = partial(activations.make, config.activation)
    network = networks.make(config.network, encoding.out_features, geometry.channels, activation)
    mask = masks.make(config.mask, encoding.frequencies())
    return Field(encoding, mask, network, geometry, signed(config))


def _last_layer(field: Field, config: RunConfig) -> nn.Linear:
    """The layer that makes the colours, which every network calls `last`. Raises `ConfigError` if it is of no use."""
    found = [part for name, part in field.network.named_modules() if name.rpartition(".")[2] == "last"]
    if len(found) == 1 and isinstance(found[0], nn.Linear):
        return found[0]
    assert isinstance(config.init, InitSpec)
    raise ConfigError(
        f"init.last={scheme_of(config.init, 'last').name}: network={config.network.name} with activation="
        f"{config.activation.name} does not end in one real linear layer; choose network=mlp and a real activation."
    )


def _samples(
    field: Field, last: nn.Linear, coords: Float[Tensor, "samples axes"], targets: Float[Tensor, "samples channels"]
) -> Iterator[tuple[Float[Tensor, "chunk features"], Float[Tensor, "chunk channels"]]]:
    """What the last layer is fed at every pixel that the task shows, and what it should answer, in chunks."""
    chunk = chunk_of(field.widest)
    fed: list[Tensor] = []
    with last.register_forward_pre_hook(lambda _, inputs: fed.append(inputs[0])):
        for points, colours in zip(coords.split(chunk), targets.split(chunk), strict=True):
            field(points)
            yield fed.pop(), colours
