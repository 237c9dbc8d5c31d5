"""The trainings whose speed is measured, each with its textbook twin."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn

from inr_cli.bench import peers, plain
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


class Kind(NamedTuple):
    """The words that choose a field, what its twin has for an encoding and an activation; a package that has it too."""

    words: tuple[str, ...]
    encode: Callable[[Field], plain.Function]
    activation: plain.Function
    peer: peers.Peer | None = None


FIELDS = {
    "siren-3x256": Kind(
        ("encoding=identity", "activation=sine", "optimizer.lr=1e-4"), nothing, plain.sine, peers.SIREN
    ),
    "gaussian-3x256": Kind(("encoding=gaussian", "activation=relu"), fourier, plain.relu, peers.GAUSSIAN),
    "finer-3x256": Kind(("encoding=identity", "activation=finer"), nothing, plain.finer),
    "gabor-3x256": Kind(("encoding=identity", "activation=gabor"), nothing, plain.gabor),
    "hash_grid-3x256": Kind(("encoding=hash_grid", "activation=relu"), _own, plain.relu),
}
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
    kind: Kind
    words: tuple[str, ...]
    precision: str

    def twin(self, field: Field) -> nn.Module:
        """The textbook's field with the same values."""
        return plain.PlainField(field, self.kind.encode(field), self.kind.activation)


def _case(name: str, batch: str, precision: str) -> Case:
    kind = FIELDS[name]
    picture = ("image=camera", f"size={SIZE}", "network.hidden_layers=3")
    words = (*picture, *kind.words, BATCHES[batch], f"precision={precision}")
    return Case(f"{name}-{SIZE}{batch}-{precision}", kind, words, precision)


CASES = {case.name: case for case in itertools.starmap(_case, itertools.product(FIELDS, BATCHES, PRECISIONS))}
"""SIZE px of grey, a batch of all pixels or of 8,192."""
