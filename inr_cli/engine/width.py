"""Equal sizes: the width at which a field has as many learned numbers as were asked for."""

from __future__ import annotations

from bisect import bisect_left

import torch

from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.build import build_structure
from inr_cli.render.field import Geometry

WIDTHS = range(1, 65_537)
"""What `network.hidden_features` may be."""


def with_width(config: RunConfig, geometry: Geometry) -> RunConfig:
    """The configuration with `network.hidden_features` as `network.parameters` wants it, if it wants anything.

    The count of the whole field, a learned encoding included, grows with the width: bisection finds the nearest, the
    narrower of two equally near. Raises `ConfigError` where that is off by more than a factor of 2.
    """
    wanted = getattr(config.network, "parameters", None)
    if wanted is None:
        return config

    def count(width: int) -> int:
        return count_of(set_width(config, width), geometry)

    index = bisect_left(WIDTHS, wanted, key=count)
    width = min(WIDTHS[max(0, index - 1) : index + 1], key=lambda width: abs(count(width) - wanted))
    if not wanted / 2 <= count(width) <= wanted * 2:
        raise ConfigError(
            f"network.parameters={wanted}: the nearest width, hidden_features={width}, has {count(width):,} learned "
            "numbers; choose network.parameters near that, or other hidden layers or features of the encoding."
        )
    return set_width(config, width)


def set_width(config: RunConfig, width: int) -> RunConfig:
    """The configuration at that width."""
    return config.model_copy(update={"network": config.network.model_copy(update={"hidden_features": width})})


def count_of(config: RunConfig, geometry: Geometry) -> int:
    """How many numbers the field of a configuration learns; it takes no memory."""
    with torch.device("meta"):
        return build_structure(config, geometry).count
