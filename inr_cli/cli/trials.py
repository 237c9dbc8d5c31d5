"""The trials of a tune: asked for one after another, each a job of a sweep like any other, some ended early."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from inr_cli.cli.job import settle
from inr_cli.cli.sweep import sharing_cores
from inr_cli.config.errors import ConfigError
from inr_cli.config.root import RunConfig
from inr_cli.config.search import Search
from inr_cli.engine.plan import FAILED, job_state, lay_out_job
from inr_cli.engine.runs import LOG, claim_job, jobs_of, set_status
from inr_cli.engine.stop import Stop
from inr_cli.signal.write import write_text
from inr_cli.tune.curve import curve_of
from inr_cli.tune.result import value_of
from inr_cli.tune.target import Target

if TYPE_CHECKING:
    from inr_cli.tune.study import Study

PRUNED = "pruned"
SHARE = 20
"""Of the time between two looks at a running trial, at most one part in so many goes into looking."""


class Trials:
    """The folders of a search's trials, the next one laid out when it is asked for, until there are enough."""

    def __init__(self, folder: Path, search: Search, base: RunConfig, target: Target, study: Study, stop: Stop) -> None:
        self.folder, self.search, self.base, self.target, self.study = folder, search, base, target, study
        self.stop = stop
        self._began, self._before = time.monotonic(), study.seconds
        self._numbers: dict[Path, int] = {}
        self._due: dict[Path, float] = {}
        most = search.spec.most()
        self.bar = tqdm(
            total=None if math.isinf(most) else int(most),
            initial=study.count - len(study.open),
            unit="trial",
            disable=None,
            dynamic_ncols=True,
        )

    def __iter__(self) -> Iterator[Path]:
        """First those that were begun before, then new ones."""
        yield from self._left()
        while self._goes_on():
            number, drawn = self.study.ask()
            words = [*self.search.typed, *drawn]
            try:
                config = self._checked(drawn)
            except ConfigError as error:
                self._refuse(number, words, error)
                continue
            place = self.folder / lay_out_job(self.folder, number, words, config).folder
            self._numbers[place] = number
            yield place

    def look(self, running: Sequence[Path]) -> list[Path]:
        """Those of the running trials that are worse than others were at the same point of their way."""
        return [trial for trial in running if self._is_worse(trial)]

    def _is_worse(self, trial: Path) -> bool:
        started = time.monotonic()
        if started < self._due.get(trial, 0.0):
            return False
        curve = curve_of(trial)
        is_worse = bool(curve) and self.study.report(self._numbers[trial], curve)
        ended = time.monotonic()
        self._due[trial] = math.inf if is_worse else ended + SHARE * (ended - started)
        return is_worse

    def ended(self, trial: Path, code: int) -> None:
        """Make the trial's `run.json` true, and tell the search."""
        settle(trial, code)
        if self._due.get(trial) == math.inf and job_state(trial)["status"] == "interrupted":
            set_status(trial, status=PRUNED, error="below the median of the trials before")
        self._tell(trial)

    @property
    def seconds(self) -> float:
        """The wall time spent on this search."""
        return self._before + time.monotonic() - self._began

    def _goes_on(self) -> bool:
        budget, most = self.search.spec.budget or math.inf, self.search.spec.most()
        return self.stop.number is None and self.study.count < most and self.seconds < budget

    def _checked(self, drawn: list[str]) -> RunConfig:
        from inr_cli.engine.check import check

        [config] = sharing_cores([check(self.search.config(drawn))], self.search.spec.jobs)
        return config

    def _refuse(self, number: int, words: list[str], error: ConfigError) -> None:
        """Keep a trial whose words do not go together as one that failed."""
        place = claim_job(self.folder, number, self.base.image, self.base.encoding.name)
        write_text(place / LOG, f"error: {error}\n")
        set_status(place, status="failed", overrides=words, exit_code=error.code, error=str(error))
        self._numbers[place] = number
        self._tell(place)

    def _left(self) -> Iterator[Path]:
        """The trials that were begun before and came to no end; those that did are told."""
        found = jobs_of(self.folder)
        for number in self.study.open:
            place = next((path for path in found if path.name.startswith(f"{number:03d}-")), None)
            if place is None:
                self.study.lose(number)
                continue
            self._numbers[place] = number
            if job_state(place)["status"] in ("done", PRUNED, *FAILED):
                self._tell(place)
            else:
                yield place

    def _tell(self, trial: Path) -> None:
        """Tell the search what came of the trial, if it came to an end."""
        number, state = self._numbers[trial], job_state(trial)
        if state["status"] == "done":
            self._tell_value(number, trial)
        elif state["status"] == PRUNED:
            self.study.prune(number)
        elif state["status"] in FAILED:
            self.study.fail(number, str(state.get("error")))
        else:
            return
        self.study.spend(self.seconds)
        self.bar.update()

    def _tell_value(self, number: int, trial: Path) -> None:
        value = value_of(trial, self.target)
        if value is None:
            self.study.fail(number, f"no {self.target.name}")
            return
        self.study.report(number, curve_of(trial))
        self.study.tell(number, value)
