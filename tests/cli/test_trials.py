"""Trials and their files, as the processes that run them would leave these."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inr_cli.cli.trials import Trials
from inr_cli.config.search import Search
from inr_cli.engine.check import check
from inr_cli.engine.plan import job_state
from inr_cli.engine.runs import jobs_of, read_json, set_status
from inr_cli.engine.stop import Stop
from inr_cli.signal.write import write_json, write_text
from inr_cli.tune.study import FIRST_TRIALS, Study, opened
from inr_cli.tune.target import Target

PSNR = Target("psnr", True, None)
STEPS = 20
Begin = Callable[..., Trials]


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with opened(tmp_path, Search(["scale=interval(1,50)"]).space, True, True, 0) as found:
        yield found


@pytest.fixture
def begin(study: Study, tmp_path: Path) -> Begin:
    """A search's trials, as many as `words` say."""

    def begun(*words: str, stop: Stop | None = None) -> Trials:
        search = Search(["size=16", f"steps={STEPS}", "device=cpu", "scale=interval(1,50)", *words])
        return Trials(tmp_path, search, check(search.config(["scale=1"])), PSNR, study, stop or Stop())

    return begun


def measure(trial: Path, psnr: float, steps: int = STEPS) -> None:
    """Measured after every step, the same all along."""
    write_text(trial / "metrics.csv", "step,psnr\n" + "".join(f"{step},{psnr}\n" for step in range(steps + 1)))


def finish(trial: Path, psnr: float | None) -> None:
    if psnr is not None:
        measure(trial, psnr)
    write_json(trial / "summary.json", {"psnr": psnr})
    set_status(trial, status="done", exit_code=0)


def test_trials_are_laid_out_one_after_another_until_there_are_enough(begin: Begin, study: Study) -> None:
    found = []
    trials = begin("trials=3")
    for trial in trials:
        assert job_state(trial)["status"] == "planned"
        found.append(trial)
        finish(trial, 20.0)
        trials.ended(trial, 0)
    assert [trial.name for trial in found] == [f"{number:03d}-cat-gaussian" for number in range(3)]
    assert study.open == []
    assert read_json(found[0] / "run.json")["overrides"][:3] == ["size=16", f"steps={STEPS}", "device=cpu"]


def test_none_begins_when_the_time_is_spent_or_somebody_asked_for_an_end(begin: Begin, study: Study) -> None:
    stop = Stop()
    trials = begin("trials=9", "budget=1h", stop=stop)
    next(each := iter(trials))
    stop.ask(signal.SIGINT)
    assert next(each, None) is None
    study.spend(3600)
    assert len(list(begin("trials=9", "budget=1h"))) == 1, "the one that was begun"


def after_the_first(begin: Begin) -> tuple[Trials, Iterator[Path]]:
    """A search in which as many trials have ended as it takes to end others early, and those to come."""
    trials = begin("trials=9")
    each = iter(trials)
    for level in range(FIRST_TRIALS):
        finish(trial := next(each), 20.0 + level)
        trials.ended(trial, 0)
    return trials, each


def test_one_that_is_worse_than_others_is_ended_early_and_recorded_so(begin: Begin, study: Study) -> None:
    trials, each = after_the_first(begin)
    bad, good = next(each), next(each)
    assert not trials.look([bad]), "nothing is measured yet"
    trials._due.clear()
    measure(bad, 15.0, steps=10)
    measure(good, 25.0, steps=10)
    assert trials.look([bad]) == [bad]
    assert not trials.look([bad]), "once said is enough"
    assert not trials.look([good])
    set_status(bad, status="interrupted", exit_code=143)
    trials.ended(bad, 143)
    assert job_state(bad)["status"] == "pruned"
    assert study.open == [int(good.name[:3])]
    assert good in list(begin(f"trials={study.count}")), "what was pruned is not begun again, what is open is"
    assert not any(place == bad for place in begin(f"trials={study.count}"))


def test_one_that_ended_before_it_could_be_ended_early_counts_as_done(begin: Begin, study: Study) -> None:
    trials, each = after_the_first(begin)
    finish(bad := next(each), 15.0)
    assert trials.look([bad]) == [bad]
    trials.ended(bad, 0)
    assert job_state(bad)["status"] == "done"


@pytest.mark.parametrize(
    ("code", "status", "is_open"),
    [(-signal.SIGKILL, "failed", False), (7, "failed", False), (-signal.SIGTERM, "interrupted", True)],
)
def test_one_that_failed_is_told_and_one_that_was_interrupted_goes_on(
    code: int, status: str, is_open: bool, begin: Begin, study: Study
) -> None:
    trials = begin("trials=9")
    trial = next(iter(trials))
    set_status(trial, status="running")
    trials.ended(trial, code)
    assert job_state(trial)["status"] == status
    assert bool(study.open) == is_open


def test_one_without_the_figure_is_no_reason_to_end(begin: Begin, study: Study) -> None:
    trials = begin("trials=9")
    finish(trial := next(iter(trials)), None)
    trials.ended(trial, 0)
    assert (study.open, study.count) == ([], 1)


def test_after_a_kill_what_ended_is_told_what_was_begun_goes_on_and_what_was_not_does_not_count(
    begin: Begin, study: Study, tmp_path: Path
) -> None:
    each = iter(begin("trials=4"))
    done, open_ = next(each), next(each)
    finish(done, 20.0)
    study.ask()
    (tmp_path / "002-cat-gaussian").mkdir()
    trials = begin("trials=3")
    found = list(trials)
    assert found[0] == open_
    assert [path.name for path in found[1:]] == ["003-cat-gaussian"]
    assert len(jobs_of(tmp_path)) == study.count == 3
