"""What goes into every activation and what comes out, layer by layer, before and after training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from inr_cli.activation import Activation
from inr_cli.activation.sine import Sine
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.render.field import Field
from inr_cli.render.view import view
from inr_cli.reproduce.drawing import Drawing, begin
from inr_cli.reproduce.plots.histograms import Layer, histograms

SIDE = 32
"""Points on the longest side of the grid on which the field is asked: 1,024 times the width are enough numbers."""
Passed = tuple[Float[np.ndarray, " values"], Float[np.ndarray, " values"]]
"""What went into an activation, in radians where it has an omega_0, and what came out."""


@final
class Activations(Drawing):
    """Histograms of both, of a sine with what its theory says of them at the start.

    SIREN, theorem 1.8: what goes into the sines of the hidden layers is N(0, 1), what comes out of all of them has the
    arcsine density 1 / (pi sqrt(1 - y^2)).
    """

    caption: ClassVar = (
        "what goes into each activation, times omega_0 where it has one, and what comes out; dashed what SIREN's "
        "theory expects of sines before training, biases left out"
    )

    def draw(self, run: Run, config: RunConfig) -> bytes | None:
        start = begin(config).field
        before, after = passed(start), passed(run.field)
        if not before:
            raise ConfigError(f"network={config.network.name} has no activations to look at; take them out of draw.")
        waves = [isinstance(part, Sine) for part in _activations(start).values()]
        return histograms([Layer(*three) for three in zip(before, after, waves, strict=True)])


def passed(field: Field) -> list[Passed]:
    """What passes through every activation all over the picture, first layer first; of complex values the real part."""
    with _listening(field) as heard:
        field.look(view(*field.geometry.shape, size=SIDE))
    return [(_joined(inputs), _joined(outputs)) for inputs, outputs in heard.values() if inputs]


@contextmanager
def _listening(field: Field) -> Iterator[dict[str, tuple[list[Tensor], list[Tensor]]]]:
    heard: dict[str, tuple[list[Tensor], list[Tensor]]] = {name: ([], []) for name in _activations(field)}

    def listen(name: str) -> Any:
        def hear(part: Activation, given: tuple[Tensor], made: Tensor) -> None:
            heard[name][0].append(given[0] * part.get_buffer("omega_0") if part.has_omega else given[0])
            heard[name][1].append(made)

        return hear

    handles = [part.register_forward_hook(listen(name)) for name, part in _activations(field).items()]
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def _activations(field: Field) -> dict[str, Activation]:
    return {name: part for name, part in field.named_modules() if isinstance(part, Activation)}


def _joined(values: list[Tensor]) -> Float[np.ndarray, " values"]:
    joined: np.ndarray = torch.cat([part.real.flatten() for part in values]).float().cpu().numpy()
    return joined
