import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from inr_cli.cli import sweep
from inr_cli.cli.job import fit_job
from inr_cli.cli.sweep import checked_jobs, resume_sweep
from inr_cli.config.errors import ConfigError, Stopped, SweepError, UserError
from inr_cli.config.root import RunConfig
from inr_cli.engine import rehearse
from inr_cli.engine.plan import Plan, job_state, lay_out, read_plan
from inr_cli.engine.runs import read_json
from inr_cli.engine.train import train
from inr_cli.signal.write import write_json


@pytest.fixture
def plan(configure: Callable[..., RunConfig], tmp_path: Path) -> Plan:
    """A sweep of three that has not begun."""
    jobs = [([f"seed={seed}"], configure(f"seed={seed}", "steps=4")) for seed in range(3)]
    return lay_out(tmp_path / "sweep", ["seed=range(3)", "steps=4"], 1, jobs)


@pytest.fixture
def done(plan: Plan) -> Path:
    """The folder of a sweep whose jobs have come to their end."""
    for job in plan.jobs:
        assert fit_job(plan.path(job)) == 0
    return plan.folder


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs run in this process, one after another."""

    def run_jobs(work: Callable[[Path], int], due: Sequence[Path], _: Any, ended: Any, *more: Any) -> None:
        for folder in due:
            ended(folder, work(folder))

    monkeypatch.setattr(sweep, "run_jobs", run_jobs)


def lengths(folder: Path) -> list[int]:
    return [read_json(job / "summary.json").get("steps", 0) for job in sorted(folder.glob("*/"))]


def interrupt(*_: Any) -> None:
    raise Stopped(2)


def test_what_a_sweep_was_to_go_on_with_holds_until_it_has(
    done: Path, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(sweep, "run_jobs", interrupt)
        resume_sweep(done, ["steps=6", "eval_every=1"])
    with monkeypatch.context() as patch, pytest.raises(Stopped):
        patch.setattr(sweep, "run_jobs", interrupt)
        resume_sweep(done, ["steps=8"])
    assert lengths(done) == [4, 4, 4]
    resume_sweep(done)
    assert lengths(done) == [8, 8, 8]
    assert "\neval_every: 1\n" in (done / read_plan(done).jobs[0].folder / "config.yaml").read_text()
    assert read_plan(done).changes == (), "one of its jobs may go on further by itself"


def test_words_with_which_no_run_may_go_on_are_not_kept(done: Path) -> None:
    with pytest.raises(ConfigError):
        resume_sweep(done, ["seed=8"])
    assert read_plan(done).changes == ()


def test_a_plan_of_a_program_that_knew_no_changes_is_read(done: Path, here: None) -> None:
    plan = read_json(done / "sweep.json")
    del plan["changes"]
    write_json(done / "sweep.json", plan)
    resume_sweep(done, ["steps=8"])
    assert lengths(done) == [8, 8, 8]


def test_a_job_that_could_not_go_on_has_failed_until_it_can(done: Path, here: None) -> None:
    first = sorted(done.glob("*/"))[0]
    config = (first / "config.yaml").read_text()
    (first / "config.yaml").write_text(config.replace("image: face", "image: fcae"))
    with pytest.raises(SweepError, match=r"1 of 3 jobs did not finish: 000-.*--retry-failed"):
        resume_sweep(done, ["steps=8"])
    assert (job_state(first)["status"], job_state(first)["exit_code"]) == ("failed", 3)
    with pytest.raises(SweepError, match="1 of 3 jobs"):
        resume_sweep(done)
    assert lengths(done) == [4, 8, 8]
    (first / "config.yaml").write_text(config)
    resume_sweep(done, retry_failed=True)
    assert lengths(done) == [8, 8, 8]


def test_a_job_of_which_nothing_can_be_written_down_leaves_the_others_running(
    plan: Plan, here: None, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = plan.path(plan.jobs[1])
    shutil.rmtree(lost)
    with pytest.raises(SweepError, match=f"1 of 3 jobs did not finish: {lost.name}; "):
        resume_sweep(plan.folder)
    assert lengths(plan.folder) == [4, 4]
    assert [line.partition(": ")[0] for line in capsys.readouterr().err.splitlines()].count(lost.name) == 1


TOGETHER = [
    ("optimizer=muon", "network.hidden_layers=0"),
    ("loss=ssim", "size=8", "batch_size=full"),
    ("task=superres", "task.factor=16", "size=8"),
    ("encoding=lattice", "encoding.limit=2", "encoding.count=1000"),
]


@pytest.mark.parametrize("words", TOGETHER, ids=" ".join)
def test_what_a_single_run_would_refuse_is_refused_before_the_first_job(
    words: Sequence[str], configure: Callable[..., RunConfig]
) -> None:
    with pytest.raises(UserError) as alone:
        train(configure(*words))
    good, bad = configure(), configure(*words)
    checked_jobs([good])
    with pytest.raises(UserError) as among:
        checked_jobs([good, bad])
    assert str(among.value) == str(alone.value)


def test_jobs_that_differ_in_seed_or_rate_are_built_once(
    configure: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    built = list[RunConfig]()
    monkeypatch.setattr(rehearse, "_build", lambda config, _: built.append(config))
    words = [("seed=1",), ("seed=2",), ("optimizer.lr=0.5",), ("scale=3",), ("network.hidden_layers=3",)]
    checked_jobs([configure(*given) for given in words])
    assert len(built) == 2
