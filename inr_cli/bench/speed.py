"""`inr bench speed`: our training beside the textbook's loop, by turns, in one run."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor

from inr_cli.bench.cases import CASES, FIELDS, Case
from inr_cli.bench.choices import begun, configuration
from inr_cli.bench.contenders import Ours, Plain
from inr_cli.bench.turns import processes
from inr_cli.config.errors import ConfigError, listing
from inr_cli.engine.log import tell
from inr_cli.engine.machine import find_machine, using
from inr_cli.report.markdown import spread

WARM_UP = 2
"""Steps that nobody times."""
HEADER = ("case", "ours, ms", "plain, ms", "peer, ms", "ratio", "PSNR, ours", "PSNR, plain", "GFLOP/s", "of the peak")
UNIT = "milliseconds of a step"
SIDES = {"cpu": 2048, "cuda": 8192}
"""Rows and columns of the matrices whose product is the machine's peak."""
LONG_ENOUGH = 0.05
"""Seconds."""


@dataclass(frozen=True)
class Row:
    """What was measured of a case: milliseconds per step, medians over the turns; ratios are to ours.

    The peer is a public package's model in the plain loop, None where there is none.
    """

    case: str
    command: str
    steps: int
    rounds: int
    ours_ms: float
    plain_ms: float
    peer_ms: float | None
    ratio: float
    ratio_low: float
    ratio_high: float
    peer_ratio: float | None
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
            "" if self.peer_ms is None else f"{self.peer_ms:.1f}",
            spread(self.ratio, self.ratio_low, self.ratio_high),
            f"{self.psnr_ours:.2f}",
            f"{self.psnr_plain:.2f}",
            f"{self.gflops:.0f}",
            f"{self.peak_share:.0%}",
        ]

    def points(self) -> dict[str, float | None]:
        """As a row of the plot."""
        return {"ours": self.ours_ms, "plain": self.plain_ms, "a public package, plain": self.peer_ms}


def measure(cases: Sequence[str], steps: int, rounds: int, is_long: bool = False) -> Iterator[Row]:
    """A row for every case: all trainings take as many steps, by turns, each in its turn the first.

    Where `is_long`, ours is compiled, as in a run of so many steps that compiling pays.
    """
    for case in cases:
        yield _measured(CASES[case], steps, rounds, is_long)


def _measured(case: Case, steps: int, rounds: int, is_long: bool) -> Row:
    cut, peaks = turns(steps, rounds), list[float]()
    contenders = _contenders(case, steps, ("compile=true",) if is_long else ())
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    with processes(*contenders.values()) as started:
        running = dict(zip(contenders, started, strict=True))
        for one in started:
            one.steps(0, WARM_UP)
        for number, turn in enumerate(cut):
            peaks.append(peak(case.precision))
            first = number % len(running)
            for name in [*running][first:] + [*running][:first]:
                seconds[name].append(running[name].steps(turn.start, len(turn)) / len(turn))
        found, theirs = running["ours"].figures(), running["plain"].figures()
    ratios = _ratios(seconds["plain"], seconds["ours"])
    fast, gflops_peak = median(seconds["ours"]), median(peaks)
    return Row(
        case=case.name,
        command=f"inr bench speed {case.name} --steps {steps} --rounds {rounds}{' --long' if is_long else ''}",
        steps=steps,
        rounds=len(cut),
        ours_ms=1000 * fast,
        plain_ms=1000 * median(seconds["plain"]),
        peer_ms=1000 * median(seconds["peer"]) if "peer" in seconds else None,
        ratio=median(ratios),
        ratio_low=min(ratios),
        ratio_high=max(ratios),
        peer_ratio=median(_ratios(seconds["peer"], seconds["ours"])) if "peer" in seconds else None,
        psnr_ours=found["psnr"],
        psnr_plain=theirs["psnr"],
        gflop=theirs["gflop"],
        gflops=theirs["gflop"] / fast,
        peak_gflops=gflops_peak,
        peak_share=theirs["gflop"] / fast / gflops_peak,
    )


def _contenders(case: Case, steps: int, words: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    """Who trains, as `processes` wants it; some words are for ours alone. The peer only where its package is."""
    found: dict[str, tuple[Any, ...]] = {
        "ours": (Ours, (*case.words, *words), steps),
        "plain": (Plain, case.words, case.twin, steps),
    }
    peer = case.kind.peer
    return {**found, "peer": (Plain, case.words, peer, steps)} if peer and peer.is_there else found


def _ratios(slow: Sequence[float], fast: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(slow, fast, strict=True)]


def turns(steps: int, rounds: int) -> list[range]:
    """The steps behind the warm-up, cut into so many turns of equal length, give or take one, but none of them empty.

    Raises `ValueError` if there are none.
    """
    rounds = min(rounds, steps - WARM_UP)
    if rounds < 1:
        raise ValueError(f"{steps} steps and {rounds} rounds: nothing is left to measure behind the warm-up")
    edges = [WARM_UP + (steps - WARM_UP) * number // rounds for number in range(rounds + 1)]
    return [range(*edge) for edge in itertools.pairwise(edges)]


def peak(precision: str) -> float:
    """GFLOP/s of the machine's own product of two large matrices, the best of those in `LONG_ENOUGH` seconds.

    The best, since it is a limit that is sought: whatever else runs on the machine can only make a product slower.
    """
    machine = find_machine(configuration(f"precision={precision}"))
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    side = SIDES[machine.device.type]
    random = torch.Generator(machine.device).manual_seed(0)
    one = torch.randn(side, side, device=machine.device, dtype=kind, generator=random)
    product = torch.empty_like(one)
    seconds: list[float] = []
    with using(machine):
        _multiply(one, product)  # the first finds its kernel
        while len(seconds) < 2 or sum(seconds) < LONG_ENOUGH:
            started = time.perf_counter()
            _multiply(one, product)
            seconds.append(time.perf_counter() - started)
    return 2 * side**3 / 1e9 / min(seconds)


def _multiply(one: Tensor, product: Tensor) -> None:
    torch.mm(one, one, out=product)
    float(product[0, 0])  # waits for the device


def chosen(names: Sequence[str]) -> list[str]:
    """The cases of these names, or whose names begin so; all for none.

    Those that the machine has no instructions for, bf16 on most processors, are left out, which is said. Raises
    `ConfigError` for other names, and if none is left.
    """
    meant = begun(names, CASES, "case", FIELDS)
    able = {"float32", find_machine(configuration()).precision}
    left_out = [name for name in meant if CASES[name].precision not in able]
    if left_out:
        line = f"{listing(left_out)}: this machine does not compute in bf16 itself"
        if len(left_out) == len(meant):
            raise ConfigError(f"{line}; choose a case in float32.")
        tell(f"{line}; left out.")
    return [name for name in meant if name not in left_out]
