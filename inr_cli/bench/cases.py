"""The trainings whose speed is measured, each with its textbook twin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from inr_cli.bench import plain
from inr_cli.config.errors import ConfigError, listing, near
from inr_cli.encoding.gaussian import Gaussian
from inr_cli.render.field import Field


def fourier(field: Field) -> plain.Function:
    """The textbook's Fourier features with the field's frequencies."""
    encoding = field.encoding
    assert isinstance(encoding, Gaussian)
    with torch.no_grad():
        return plain.fourier(encoding.scale * encoding.B)


def nothing(field: Field) -> plain.Function:
    """No encoding."""
    return nn.Identity()


def _own(field: Field) -> plain.Function:
    return field.encoding  # there is no textbook for it


FIELDS: dict[str, tuple[tuple[str, ...], Callable[[Field], plain.Function], plain.Function]] = {
    "siren-3x256": (
        ("encoding=identity", "activation=sine", "optimizer.lr=1e-4"),
        nothing,
        plain.sine,
    ),
    "gaussian-3x256": (("encoding=gaussian", "activation=relu"), fourier, plain.relu),
    "finer-3x256": (("encoding=identity", "activation=finer"), nothing, plain.finer),
    "gabor-3x256": (("encoding=identity", "activation=gabor"), nothing, plain.gabor),
    "hash_grid-3x256": (("encoding=hash_grid", "activation=relu"), _own, plain.relu),
}
"""The words that choose a field, what its twin has for an encoding, and for an activation."""
BATCHES = {"": "batch_size=full", "-batch8192": "batch_size=8192"}
PRECISIONS = ("float32", "bf16")
SIZE = 256


def known(names: Sequence[str]) -> Sequence[str]:
    """The fields of these names, all for none. Raises `ConfigError`."""
    for name in names:
        if name not in FIELDS:
            raise ConfigError(f"{name}: there is no such field; choose {listing(FIELDS)}.{near(name, FIELDS)}")
    return names or list(FIELDS)


@dataclass(frozen=True)
class Case:
    """One training; by its name a row of a table, or of a file of figures."""

    name: str
    words: tuple[str, ...]
    encode: Callable[[Field], plain.Function]
    activation: plain.Function

    def twin(self, field: Field) -> nn.Module:
        """The textbook's field with the same values."""
        return plain.PlainField(field, self.encode(field), self.activation)


CASES = {
    f"{name}-{SIZE}{batch}-{precision}": Case(
        f"{name}-{SIZE}{batch}-{precision}",
        ("image=camera", f"size={SIZE}", "network.hidden_layers=3", *words, pixels, f"precision={precision}"),
        encode,
        activation,
    )
    for name, (words, encode, activation) in FIELDS.items()
    for batch, pixels in BATCHES.items()
    for precision in PRECISIONS
}
"""SIZE px of grey, a batch of all pixels or of 8,192."""
