"""What was varied among runs, found by itself, and runs that differ in nothing but their seed, taken together."""

from __future__ import annotations

import math
import statistics
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from inr_cli.engine.runs import Aim, rank
from inr_cli.report.gather import Found, told
from inr_cli.report.headings import HEADINGS, heading, written

UNASKED = {"seed", "out", "device", "threads", "eval_every", "save_every", "render_every", "logger"}
"""Where and by which chance a run is made, and what is written down of it; not what is asked of it."""
UNTYPED = {"compile"}
"""What the program finds out for itself, and of no interest unless somebody typed it."""
UNSETTLED = {"precision": "auto"}
"""What says nothing of a run that has not begun, where `gather` has what the others found out about the machine."""
LEADING = ("experiment.name", "variant", "image", "network.name", "activation.name")
"""What brings other parts along, the names of which, as all others, bring numbers."""
LOWEST = (False, -math.inf)
"""The rank of what has none."""


@dataclass(frozen=True)
class Row:
    """Runs that differ in their seed alone; `values` are those of what was varied, as one types them.

    `aim` is what they are compared by, where somebody searched for it.
    """

    values: Mapping[str, str]
    runs: Sequence[Found]
    aim: Aim | None = None

    @cached_property
    def done(self) -> Sequence[Found]:
        """Those that came to their end."""
        return [run for run in self.runs if run.status == "done"]

    @cached_property
    def figures(self) -> Mapping[str, tuple[float, float]]:
        """Mean and standard deviation over the runs that have a figure; the deviation of a single one is 0."""
        names = dict.fromkeys(name for run in self.done for name in run.figures)
        measured = {name: [run.figures[name] for run in self.done if name in run.figures] for name in names}
        return {name: (statistics.fmean(some), _deviation(some)) for name, some in measured.items()}

    @cached_property
    def label(self) -> str:
        """`encoding=gaussian scale=10`."""
        return " ".join(f"{key}={value}" for key, value in self.values.items())

    @cached_property
    def rank(self) -> tuple[bool, float] | None:
        """As `engine.runs.rank` has it for a run, of the means; None if no run came to its end."""
        return rank({name: mean for name, (mean, _) in self.figures.items()}, self.aim)

    @cached_property
    def best_run(self) -> Found | None:
        """Of those that came to their end the one of the highest rank."""
        return max(self.done, key=lambda run: rank(run.summary, self.aim) or LOWEST, default=None)

    @cached_property
    def warning(self) -> str:
        """What the summary of the best run warns of, if of anything."""
        return str(self.best_run.summary.get("warning") or "") if self.best_run else ""

    @property
    def told(self) -> str:
        """The figure they are compared by, in a few letters, or what became of them."""
        name = self.aim.name if self.aim else "psnr"
        if name not in self.figures:
            return self.status
        value = written(name, self.figures[name][0])
        return f"{value} dB" if heading(name).endswith("(dB)") else f"{name} {value}"

    @property
    def status(self) -> str:
        """`done`, or how many are what."""
        states = [run.status for run in self.runs]
        counts = {state: states.count(state) for state in states}
        if len(counts) == 1:
            return states[0]
        return ", ".join(f"{count} {state}" for state, count in counts.items())


def varied(runs: Sequence[Found]) -> list[str]:
    """The keys by which runs differ, without those whose values follow from others.

    What was typed is kept, and all else follows from it where all runs were made from words with those keys. Or it
    follows from the choice of a part, which brings its own numbers; the one with the most values is looked at first,
    since it may bring other parts along.
    """
    unasked = UNASKED | (UNTYPED - {key for run in runs for key in run.typed})
    keys = dict.fromkeys(key for run in runs for key in run.config)
    columns = {key: [_value(run, key) for run in runs] for key in keys if key.removesuffix(".name") not in unasked}
    differing = {key: column for key, column in columns.items() if len({*column} - {UNSETTLED.get(key)}) > 1}
    kept = [key for key in differing if any(key in run.typed for run in runs)]
    alike = [tuple(_value(run, key) for key in kept) for run in runs]
    of_words = [alike] if all(set(kept) <= set(run.typed) for run in runs) else []
    for key in sorted(differing, key=lambda key: (not _is_choice(key), -len(set(differing[key])), key not in LEADING)):
        reasons: list[Sequence[Hashable]] = [*of_words, *(differing[choice] for choice in kept if _is_choice(choice))]
        if key not in kept and not any(_follows(differing[key], reason) for reason in reasons):
            kept.append(key)
    return [key for key in differing if key in kept]


def rows(runs: Sequence[Found], keys: Sequence[str], aim: Aim | None = None) -> list[Row]:
    """Runs of the same values together, in the order in which they were given."""
    together: dict[tuple[str, ...], list[Found]] = {}
    for run in runs:
        together.setdefault(tuple(told(run.config.get(key)) for key in keys), []).append(run)
    called = [key.removesuffix(".name") for key in keys]
    return [Row(dict(zip(called, values, strict=True)), some, aim) for values, some in together.items()]


def best(table: Iterable[Row]) -> Row | None:
    """The row of the highest rank, if any came to its end."""
    return next((row for row in ranked(table) if row.rank is not None), None)


def ranked(table: Iterable[Row]) -> list[Row]:
    """The best first, last those that did not come to their end."""
    return sorted(table, key=lambda row: row.rank or LOWEST, reverse=True)


def leading(table: Sequence[Row], count: int) -> list[Row]:
    """The best so many, in the table's own order."""
    kept = {id(row) for row in ranked(table)[:count]}
    return [row for row in table if id(row) in kept]


def figures_of(table: Iterable[Row], first: Sequence[str] = ()) -> list[str]:
    """The figures that the rows have: `first`, then those with a heading of their own, in its order."""
    have = {name for row in table for name in row.figures}
    return [name for name in dict.fromkeys([*first, *HEADINGS]) if name in have and name != "psnr_train"]  # it is psnr


def _value(run: Found, key: str) -> Hashable:
    return told(run.config.get(key))


def _is_choice(key: str) -> bool:
    return key in LEADING or key.endswith(".name")


def _follows(values: Sequence[Hashable], reasons: Sequence[Hashable]) -> bool:
    """Whether equal reasons always have equal values."""
    return len(set(zip(reasons, values, strict=True))) == len(set(reasons))


def _deviation(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0
