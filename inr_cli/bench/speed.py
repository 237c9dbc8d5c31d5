"""`inr bench speed`: our training beside the textbook's loop, by turns, in one run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from inr_cli.bench.cases import CASES, FIELDS, Case
from inr_cli.bench.choices import begun, configuration
from inr_cli.bench.plain import PlainLoop
from inr_cli.bench.turns import processes
from inr_cli.config.root import RunConfig
from inr_cli.engine.check import check
from inr_cli.engine.machine import find_machine, using
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.report.markdown import spread
from inr_cli.signal.metrics import decibels

WARM_UP = 2
HEADER = ("case", "ours, ms", "plain, ms", "ratio", "PSNR, ours", "PSNR, plain", "GFLOP/s", "of the peak")
SIDE = 2048
"""Rows and columns of the matrices whose product is the machine's peak."""


@dataclass(frozen=True)
class Row:
    """What was measured of a case: milliseconds per step, medians over the rounds; `ratio` is plain over ours."""

    case: str
    command: str
    steps: int
    rounds: int
    ours_ms: float
    plain_ms: float
    ratio: float
    ratio_low: float
    ratio_high: float
    psnr_ours: float
    psnr_plain: float
    gflop: float
    gflops: float
    peak_gflops: float
    peak_share: float

    def cells(self) -> list[str]:
        """As a row under `HEADER`."""
        return [
            f"`{self.case}`",
            f"{self.ours_ms:.1f}",
            f"{self.plain_ms:.1f}",
            spread(self.ratio, self.ratio_low, self.ratio_high),
            f"{self.psnr_ours:.2f}",
            f"{self.psnr_plain:.2f}",
            f"{self.gflops:.0f}",
            f"{self.peak_share:.0%}",
        ]


class Ours:
    """The program's training."""

    def __init__(self, words: Sequence[str], steps: int) -> None:
        config = check(configuration(*words))
        using(find_machine(config)).__enter__()  # for the life of the process
        self.training = _training(config, steps)

    def steps(self, start: int, count: int) -> None:
        """Take them, and wait for the device."""
        for step in range(start, start + count):
            loss = self.training.update(step)
        float(loss)

    def figures(self) -> dict[str, float]:
        """Its PSNR."""
        return {"psnr": psnr_of(self.training, self.training.look())}


class Plain:
    """The textbook's, with PyTorch as it comes but for the number of threads."""

    def __init__(self, case: str, steps: int) -> None:
        config = check(configuration(*CASES[case].words))
        torch.set_num_threads(find_machine(config).threads)
        self.training = _training(config, steps)
        self.loop = PlainLoop(CASES[case].twin(self.training.field).to(self.training.machine.device), self.training)
        self.flop = 0.0

    def steps(self, start: int, count: int) -> None:
        """Take them, and wait for the device."""
        with FlopCounterMode(display=False) as counter:  # as a part of the warm-up
            if start == 0:
                self.loop.update(0)
        self.flop = self.flop or counter.get_total_flops()
        for step in range(max(start, 1), start + count):
            self.loop.update(step)
        if self.training.machine.device.type == "cuda":
            torch.cuda.synchronize()

    def figures(self) -> dict[str, float]:
        """Its PSNR, and what a step is worth in operations."""
        return {"psnr": psnr_of(self.training, self.loop.look()), "gflop": self.flop / 1e9}


def measure(cases: Sequence[str], steps: int, rounds: int) -> Iterator[Row]:
    """A row for every case: both trainings take as many steps, by turns, first one and then the other beginning.

    Cases that the machine has no instructions for, bf16 on most processors, are left out.
    """
    for case in map(CASES.__getitem__, cases):
        precision = configuration(*case.words).precision
        if precision == "float32" or find_machine(configuration()).precision == precision:
            yield _measured(case, steps, rounds)


def _measured(case: Case, steps: int, rounds: int) -> Row:
    each = max(1, (steps - WARM_UP) // rounds)
    with processes((Ours, case.words, steps), (Plain, case.name, steps)) as (ours, plain):
        seconds: dict[Any, list[float]] = {ours: [], plain: []}
        for one in seconds:
            one.steps(0, WARM_UP)
        peaks = []
        for number in range(rounds):
            peaks.append(peak(configuration(*case.words).precision))
            for one in (ours, plain) if number % 2 == 0 else (plain, ours):
                seconds[one].append(one.steps(WARM_UP + number * each, each) / each)
        found, theirs = ours.figures(), plain.figures()
    ratios = [slow / fast for slow, fast in zip(seconds[plain], seconds[ours], strict=True)]
    fast, gflops_peak = median(seconds[ours]), median(peaks)
    return Row(
        case=case.name,
        command=f"inr bench speed {case.name} --steps {steps} --rounds {rounds}",
        steps=WARM_UP + rounds * each,
        rounds=rounds,
        ours_ms=1000 * fast,
        plain_ms=1000 * median(seconds[plain]),
        ratio=median(ratios),
        ratio_low=min(ratios),
        ratio_high=max(ratios),
        psnr_ours=found["psnr"],
        psnr_plain=theirs["psnr"],
        gflop=theirs["gflop"],
        gflops=theirs["gflop"] / fast,
        peak_gflops=gflops_peak,
        peak_share=theirs["gflop"] / fast / gflops_peak,
    )


def peak(precision: str) -> float:
    """GFLOP/s of the machine's own product of two large matrices."""
    machine = find_machine(configuration(f"precision={precision}"))
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    one = torch.ones(SIDE, SIDE, device=machine.device, dtype=kind)
    with using(machine):
        torch.mm(one, one)
        started = time.perf_counter()
        float(torch.mm(one, one)[0, 0])
        return 2 * SIDE**3 / 1e9 / (time.perf_counter() - started)


def chosen(names: Sequence[str]) -> list[str]:
    """The cases of these names, or whose names begin so; all for none. Raises `ConfigError`."""
    return begun(names, CASES, "case", FIELDS)


def _training(config: RunConfig, steps: int) -> Training:
    return Training(config, open_picture(config), find_machine(config), steps)


def psnr_of(training: Training, colours: Tensor) -> float:
    """Of the pixels of a training whose task is `fit`, in dB."""
    error = training.task.error(colours)
    assert error is not None
    return decibels(float(error))
