"""The picture's own series (Benbarka et al., Seeing Implicit Neural Representations as Fourier Series, 2021)."""

from __future__ import annotations

from typing import final

import numpy as np
import torch
from torch import Generator, nn

from inr_cli.init import Init, InitSpec, Role, Seen
from inr_cli.signal.grid import axes
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

    last_only = True
    sees_picture = True
    needs_series = True

    def __init__(self, spec: Spec) -> None: ...

    def __call__(self, layer: nn.Linear, role: Role, activation: nn.Module, generator: Generator) -> None:
        """Nothing is drawn: the picture decides, in `finish`."""
        nn.init.zeros_(layer.weight)
        nn.init.zeros_(layer.bias)

    def finish(self, last: nn.Linear, seen: Seen) -> None:
        picture = seen.targets.double().cpu().numpy()
        shape = picture.shape[:-1]
        assert seen.frequencies is not None
        n = seen.frequencies.cpu().numpy().astype(int)[: last.in_features // 2]  # the cosines', again the sines'
        first_pixel = np.array([(line[0] + 1) / 2 for line in axes(shape, seen.grid)])
        c = coefficients(picture, n) * np.exp(-2j * np.pi * n @ first_pixel)[:, None]
        c *= 2 / twins(n, shape)[:, None]
        last.weight.copy_(torch.from_numpy(np.concatenate([c.real, -c.imag]).T))
        last.bias.zero_()
