"""Public packages' models with the values of a field of ours, where they are installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

from torch import nn

from inr_cli.bench import plain
from inr_cli.encoding.gaussian import Gaussian
from inr_cli.network.mlp import Mlp
from inr_cli.render.field import Field

PICTURES = "torchvision"


class Peer(NamedTuple):
    """What is imported from a package, and how it becomes a model."""

    load: Callable[[], Any]
    build: Callable[[Any, Field], nn.Module]

    @property
    def is_there(self) -> bool:
        """Whether the package can be imported."""
        try:
            self.load()
        except ImportError:
            return False
        return True

    def __call__(self, field: Field) -> nn.Module:
        """The package's model with the field's values. Raises `ImportError` if it is not there."""
        return self.build(self.load(), field)


def _siren_net() -> Any:
    from siren_pytorch import SirenNet

    return SirenNet


def _siren(siren_net: Any, field: Field) -> nn.Module:
    network = field.network
    assert isinstance(network, Mlp)
    model: nn.Module = siren_net(
        dim_in=network.layers[0].in_features,
        dim_hidden=network.last.in_features,
        dim_out=network.last.out_features,
        num_layers=len(network.layers),
        w0=plain.OMEGA_0,
        w0_initial=plain.OMEGA_0,
        final_activation=plain.unit(field),
    )
    for value, ours in zip(model.parameters(), network.parameters(), strict=True):
        value.data.copy_(ours)
    return model


def _gaussian_encoding() -> Any:
    with _without_pictures():
        from rff.layers import GaussianEncoding

        return GaussianEncoding


def _gaussian(gaussian_encoding: Any, field: Field) -> nn.Module:
    """It is but an encoding, which has its cosines first."""
    assert isinstance(field.encoding, Gaussian)
    encoding = gaussian_encoding(b=field.encoding.scale * field.encoding.B)
    model = plain.PlainField(field, lambda coords: encoding((coords + 1) / 2), plain.relu)
    first: Any = model.layers[0]
    first.weight.data = first.weight.data.roll(first.in_features // 2, dims=1)
    return model


@contextmanager
def _without_pictures() -> Iterator[None]:
    """Import without torchvision, which rff reads pictures with; it is often missing, or made for another PyTorch."""
    found = sys.modules.get(PICTURES)
    sys.modules[PICTURES] = ModuleType(PICTURES)
    try:
        yield
    finally:
        del sys.modules[PICTURES]
        sys.modules.update({} if found is None else {PICTURES: found})


SIREN = Peer(_siren_net, _siren)
"""siren-pytorch's network."""
GAUSSIAN = Peer(_gaussian_encoding, _gaussian)
"""random-fourier-features-pytorch's encoding in front of PyTorch's own layers."""
