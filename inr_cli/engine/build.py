"""Builds a field from a checked configuration."""

from __future__ import annotations

from functools import partial

import torch

from inr_cli.activation import activations
from inr_cli.config.root import RunConfig
from inr_cli.encoding import encodings
from inr_cli.engine.check import signed
from inr_cli.init import InitSpec, by_role
from inr_cli.mask import masks
from inr_cli.network import networks
from inr_cli.render.field import Field, Geometry
from inr_cli.signal.seed import generator


def build_field(config: RunConfig, geometry: Geometry) -> Field:
    """The field at its first values, which the seed decides. On the CPU, in float32."""
    field = build_structure(config, geometry, generator(config.seed, "encoding"))
    assert isinstance(config.init, InitSpec)
    field.network.initialise(by_role(config.init), generator(config.seed, "network"))
    return field


def build_structure(config: RunConfig, geometry: Geometry, random: torch.Generator | None = None) -> Field:
    """The field with values yet to come; under `torch.device("meta")`, and without `random`, it takes no memory."""
    encoding = encodings.make(config.encoding, geometry.shape, random)
    activation = partial(activations.make, config.activation)
    network = networks.make(config.network, encoding.out_features, geometry.channels, activation)
    mask = masks.make(config.mask, encoding.frequencies())
    return Field(encoding, mask, network, geometry, signed(config))
