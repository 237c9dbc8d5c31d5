"""An encoding's channels as pictures, and the spectrum that they cover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, final

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from inr_cli import encoding as parts
from inr_cli.config.root import RunConfig
from inr_cli.render.contact import contact_sheet
from inr_cli.render.sample import chunk_of
from inr_cli.report.plots.spectrum import Waves, spectrum
from inr_cli.report.sketch import Sketch, told
from inr_cli.report.start import begin
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.grid import axes, grid

MOST_ON_SHEET, MOST_FILES = 64, 512
"""Channels on the sheet, and as files of their own: of more of them as many, evenly chosen."""
SIDE = 128
"""Points a side at which the spectrum of what is no wave is measured."""
ORIGINS, NOTHING = (0.0, -1.0), 1e-3
"""Where an encoding may count its phases from, and what stands for 0 there."""
FAINT = 1e-4
"""The power below the strongest that is left out of such a spectrum."""

Channels = Float[np.ndarray, "channels size size"]


@final
class Encoding(Sketch):
    """Each channel over the whole picture, stretched to a square, all at one scale of greys."""

    group: ClassVar = "encoding"
    has_size: ClassVar = True

    def pictures(self, config: RunConfig, size: int) -> Iterator[tuple[str, bytes]]:
        start = begin(config)
        encoding = start.field.encoding
        chosen = spread(encoding.out_features, MOST_FILES)
        channels = over_picture(encoding, chosen, size)
        low, high = float(channels.min()), float(channels.max())
        greys = (channels - low) / (high - low or 1)
        shown = spread(len(chosen), MOST_ON_SHEET)
        sheet = contact_sheet(
            _lines(told(config.encoding), encoding, len(shown), size, (low, high)),
            greys[shown],
            _labels(encoding, chosen[shown]),
        )
        yield "channels.png", encode_picture(sheet, ".png")
        for channel, grey in zip(chosen, greys, strict=True):
            yield f"channels/{channel:03d}.png", encode_picture(grey[..., None], ".png")
        yield "spectrum.png", spectrum(waves_of(encoding), start.task.whole, told(config.encoding))


def spread(count: int, most: int) -> Int[np.ndarray, " chosen"]:
    """The numbers 0 to count - 1, or `most` of them at even distances."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


@torch.no_grad()
def over_picture(encoding: parts.Encoding, chosen: Int[np.ndarray, " channels"], size: int) -> Channels:
    """Those channels at the centres of size x size pixels."""
    coords = torch.from_numpy(grid(axes((size, size), "centre"))).float()
    parts = coords.split(chunk_of(encoding.out_features))
    features = torch.cat([encoding(part)[:, torch.from_numpy(chosen)] for part in parts])
    return features.T.reshape(-1, size, size).cpu().numpy()


def waves_of(encoding: parts.Encoding) -> Waves:
    """The frequencies of its channels, all of one power; measured where the channels are no waves."""
    known = encoding.frequencies()
    if known is not None:
        return Waves(known.detach().cpu().numpy(), np.ones(len(known)), "each channel is one wave")
    channels = over_picture(encoding, spread(encoding.out_features, MOST_FILES), SIDE)
    window = np.outer(*[np.hanning(SIDE + 2)[1:-1]] * 2)
    mean = (channels * window).sum(axis=(1, 2), keepdims=True) / window.sum()
    power = (np.abs(np.fft.fft2((channels - mean) * window)) ** 2).mean(axis=0).ravel()
    cycles = grid([np.fft.fftfreq(SIDE) * SIDE] * 2)
    strong = power >= FAINT * max(power.max(), 1e-30)
    return Waves(cycles[strong], power[strong], "no waves: the power of all channels, measured")


def _lines(name: str, encoding: parts.Encoding, shown: int, size: int, span: tuple[float, float]) -> list[str]:
    some = f"{shown} of the {encoding.out_features:,}" if shown < encoding.out_features else f"the {shown}"
    lines = [name, f"{some} channels; black = {span[0]:.3g}, white = {span[1]:.3g}"]
    known = encoding.frequencies()
    if known is not None:
        lines.append("below each its number, and its cycles per side down, across")
    fast = 0 if known is None else int((known.abs().amax(dim=1) > size / 2).sum())
    if fast:
        lines.append(f"{fast} channels have over {size // 2} cycles per side: {size} pixels show slower waves instead")
    return lines


def _labels(encoding: parts.Encoding, channels: Int[np.ndarray, " channels"]) -> list[str]:
    """`3: sin 2, 0`: its number, what wave it is, and its cycles per side down, across."""
    frequencies = encoding.frequencies()
    if frequencies is None:
        return [f"{channel}" for channel in channels]
    are_waves = frequencies.any(dim=1)
    kinds = waves(encoding, are_waves)
    cycles = [", ".join(f"{one:.3g}" for one in frequencies[channel].tolist()) for channel in channels]
    return [
        " ".join([f"{channel}:", *kinds[channel : channel + 1], told]) if are_waves[channel] else f"{channel}"
        for channel, told in zip(channels, cycles, strict=True)
    ]


@torch.no_grad()
def waves(encoding: parts.Encoding, among: Bool[Tensor, " channels"]) -> list[str]:
    """`sin` or `cos` for every channel, where phases are counted from the middle or a corner; else an empty list.

    There all sines are 0 and all cosines are at their peak.
    """
    for origin in ORIGINS:
        values = encoding(torch.full((1, 2), origin))[0].abs()
        share = values / values.max().clamp(min=NOTHING)
        if ((share < NOTHING) | (share > 1 - NOTHING))[among].all():
            return ["cos" if one else "sin" for one in (share > 0.5).tolist()]
    return []
