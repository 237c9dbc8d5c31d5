"""The picture's own series (Benbarka et al., Seeing Implicit Neural Representations as Fourier Series, 2021)."""

from __future__ import annotations

from typing import final

import numpy as np
import torch
from jaxtyping import Float64
from torch import Generator, nn

from inr_cli.config.errors import ConfigError
from inr_cli.init import Init, InitSpec, Role, Seen
from inr_cli.signal.series import coefficients, twins


@final
class Fourier(Init):
    """a_n = 2 Re c_n, b_n = -2 Im c_n behind cos(2 pi n u) and sin(2 pi n u): the picture's DFT; the bias is zero.

    c_n is the FFT over the pixels times exp(-2 pi i n u_0), u_0 being the first pixel's place in [0, 1], so that
    exp(-i pi sum_a n_a / size_a) on pixel centres, 1 on the left grid. Frequencies that are one on the pixels share c_n
    evenly: n = 0 has c_0 alone, and Nyquist rows keep their sine, which is zero on the left grid only. With all
    frequencies up to size / 2 the field is the picture; with fewer, the nearest that they can come to it.
    """

    class Spec(InitSpec):
        """Takes no numbers."""

    roles = ("last",)
    sees_picture = True
    needs_series = True

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: Generator) -> None:
        """Nothing is drawn: the picture decides, in `finish`."""
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)

    def finish(self, last: nn.Linear, seen: Seen) -> None:
        first_pixel = _first_pixel(seen)
        assert seen.picture is not None and seen.frequencies is not None
        picture = seen.picture.double().cpu().numpy()
        n = seen.frequencies.cpu().numpy().astype(int)[: last.in_features // 2]  # the cosines', again the sines'
        c = coefficients(picture, n) * np.exp(-2j * np.pi * n @ first_pixel)[:, None]
        c *= 2 / twins(n, picture.shape[:-1])[:, None]
        last.weight.copy_(torch.from_numpy(np.concatenate([c.real, -c.imag]).T))
        last.bias.zero_()


def _first_pixel(seen: Seen) -> Float64[np.ndarray, " axes"]:
    """Where in [0, 1] the first pixel stands. Raises `ConfigError` where the pixels do not tile the whole side."""
    if seen.picture is None:
        raise ConfigError("init=fourier: needs the colours of a whole grid of pixels; choose task=fit or interpolate.")
    shape = seen.picture.shape[:-1]
    places = (seen.coords.double().cpu().numpy() + 1) / 2
    spacing = (places[-1] - places[0]) * shape / np.maximum(np.subtract(shape, 1), 1)
    if not np.allclose(spacing[np.greater(shape, 1)], 1, atol=1e-4):
        raise ConfigError(
            f"init=fourier: {' x '.join(map(str, shape))} pixels do not divide the picture into equal parts; choose a "
            "size that task.stride divides."
        )
    return places[0]
