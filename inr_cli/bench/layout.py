"""`inr bench layout`: what the order of the numbers in memory is worth.

A note on learning an image with Fourier series found that making its permuted features contiguous doubles the speed.
This is its network and picture, and beside it the same network on points, as `inr` trains it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import torch
from torch import Tensor, nn

from inr_cli.bench.choices import configuration
from inr_cli.bench.turns import processes
from inr_cli.engine.machine import find_machine
from inr_cli.report.markdown import spread

HEADER = ("features", "ms a step", "times the contiguous")
SIDE, FEATURES, HIDDEN = 224, 256, (128, 256)
"""The note's picture in pixels, and its features: 128 sines and 128 cosines, two hidden layers."""


@dataclass(frozen=True)
class Row:
    """Milliseconds of a step, the median over turns; `ratio` is to the contiguous features'."""

    case: str
    command: str
    ms: float
    ratio: float
    ratio_low: float
    ratio_high: float

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        return [self.case, f"{self.ms:.1f}", spread(self.ratio, self.ratio_low, self.ratio_high)]


def _contiguous(features: Tensor) -> Tensor:
    return features.permute(2, 0, 1)[None].contiguous()


def _permuted(features: Tensor) -> Tensor:
    return features.permute(2, 0, 1)[None]


def _points(features: Tensor) -> Tensor:
    return features.flatten(end_dim=1)


def _convolution(inputs: int, outputs: int) -> nn.Module:
    return nn.Conv2d(inputs, outputs, 1)


CASES: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[int, int], nn.Module]]] = {
    "`(1, features, rows, columns)`, contiguous": (_contiguous, _convolution),
    "`(1, features, rows, columns)`, a permuted `(rows, columns, features)`": (_permuted, _convolution),
    "`(points, features)`, linear layers instead of 1x1 convolutions": (_points, nn.Linear),
}
"""How the features are laid out, and the layers that take them so."""


class Network:
    """The note's network on features laid out in one way."""

    def __init__(self, case: str) -> None:
        lay_out, layer = CASES[case]
        machine = find_machine(configuration())
        torch.set_num_threads(machine.threads)
        random = torch.Generator().manual_seed(0)
        self.features = lay_out(torch.randn(SIDE, SIDE, FEATURES, generator=random).to(machine.device))
        sizes = (FEATURES, *HIDDEN, 3)
        layers = [part for pair in itertools.pairwise(sizes) for part in (layer(*pair), nn.ReLU())]
        self.network = nn.Sequential(*layers[:-1], nn.Sigmoid())
        for value in self.network.parameters():
            nn.init.normal_(value, std=0.1, generator=random)
        self.network.to(machine.device)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.01, momentum=0.9)

    def steps(self, start: int, count: int) -> None:
        """Take them, and wait for the device."""
        for _ in range(count):
            loss = (self.network(self.features) - 0.25).square().mean()
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        float(loss.detach())

    def figures(self) -> dict[str, float]:
        """Nothing but its speed is of interest."""
        return {}


def measure(steps: int, rounds: int) -> Iterator[Row]:
    """A row for each layout, all of them trained by turns."""
    with processes(*((Network, case) for case in CASES)) as running:
        for one in running:
            one.steps(0, 2)
        seconds = [[one.steps(0, steps) / steps for one in running] for _ in range(rounds)]
    for place, case in enumerate(CASES):
        ratios = [turn[place] / turn[0] for turn in seconds]
        ms = 1000 * median(turn[place] for turn in seconds)
        yield Row(case, "inr bench layout", ms, median(ratios), min(ratios), max(ratios))
