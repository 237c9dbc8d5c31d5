"""What goes into every activation and what comes out, layer by layer, before and after training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from inr_cli.activation import Activation
from inr_cli.activation.sine import Sine
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import Run
from inr_cli.render.field import Field
from inr_cli.render.view import view
from inr_cli.report.drawing import Drawing
from inr_cli.report.plots.figure import is_installed
from inr_cli.report.plots.histograms import Layer, histograms
from inr_cli.report.start import begin

SIDE = 32
"""Points on the longest side of the grid on which the field is asked: 1,024 times the width are enough numbers."""


class Passed(NamedTuple):
    """What went into an activation, in radians where it has an omega_0, and what came out.

    `shifts` is what the biases of the linear layer before it added to its inputs, one number for each unit; None where
    there is no such layer, or where the activation is no sine.
    """

    inputs: Float[np.ndarray, " values"]
    outputs: Float[np.ndarray, " values"]
    shifts: Float[np.ndarray, " units"] | None


@dataclass
class Heard:
    """The same while it is still collected."""

    inputs: list[Tensor]
    outputs: list[Tensor]
    shifts: Tensor | None = None


@final
class Activations(Drawing):
    """Histograms of both, of a sine with what its theory says of them at the start.

    SIREN, theorem 1.8: what weights bring into the sines of the hidden layers is N(0, 1), what comes out of all of them
    has the arcsine density 1 / (pi sqrt(1 - y^2)). The theorem has no biases; each moves what goes into its unit by
    omega_0 b, and PyTorch's own widen N(0, 1) to a variance of 1 + omega_0^2 / (3n).
    """

    caption: ClassVar = (
        "what goes into each activation, times omega_0 where it has one, and what comes out; dashed what SIREN's "
        "theory expects of sines before training, moved by the biases as they were drawn"
    )

    def draw(self, run: Run, config: RunConfig) -> bytes | None:
        start = begin(config, run.fitted_to).field
        before, after = passed(start), passed(run.field)
        if not before:
            raise ConfigError(f"network={config.network.name} has no activations to look at; take them out of draw.")
        layers = [Layer(first, then) for first, then in zip(before, after, strict=True)]
        return (
            histograms(layers, f"init={config.init.name}, activation={config.activation.name}", has_omega(start))
            if is_installed()
            else None
        )


def passed(field: Field) -> list[Passed]:
    """What passes through every activation all over the picture, first layer first; of complex values the real part."""
    with _listening(field) as heard:
        field.look(view(*field.geometry.shape, size=SIDE))
    return [
        Passed(_joined(one.inputs), _joined(one.outputs), None if one.shifts is None else _joined([one.shifts]))
        for one in heard.values()
        if one.inputs
    ]


def has_omega(field: Field) -> bool:
    """Whether its activations have an omega_0."""
    return any(part.has_omega for part in _activations(field).values())


@contextmanager
def _listening(field: Field) -> Iterator[dict[str, Heard]]:
    heard = {name: Heard([], []) for name in _activations(field)}
    last: list[tuple[nn.Linear, Tensor]] = []

    def remember(layer: nn.Linear, given: tuple[Tensor], made: Tensor) -> None:
        last[:] = [(layer, made)]

    def listen(name: str) -> Any:
        def hear(part: Activation, given: tuple[Tensor], made: Tensor) -> None:
            omega = part.get_buffer("omega_0") if part.has_omega else 1
            heard[name].inputs.append(given[0] * omega)
            heard[name].outputs.append(made)
            if isinstance(part, Sine):
                heard[name].shifts = next((layer.bias * omega for layer, fed in last if fed is given[0]), None)

        return hear

    layers = [part for part in field.modules() if isinstance(part, nn.Linear)]
    handles = [layer.register_forward_hook(remember) for layer in layers]
    handles += [part.register_forward_hook(listen(name)) for name, part in _activations(field).items()]
    try:
        yield heard
    finally:
        for handle in handles:
            handle.remove()


def _activations(field: Field) -> dict[str, Activation]:
    return {name: part for name, part in field.named_modules() if isinstance(part, Activation)}


def _joined(values: list[Tensor]) -> Float[np.ndarray, " values"]:
    joined: np.ndarray = torch.cat([part.detach().real.flatten() for part in values]).float().cpu().numpy()
    return joined
