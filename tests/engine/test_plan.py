import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from inr_cli.config.errors import ConfigError, OutputError
from inr_cli.config.root import RunConfig, plain
from inr_cli.engine.lock import LOCK, locked
from inr_cli.engine.plan import Plan, job_state, lay_out, read_plan, with_jobs_found
from inr_cli.engine.resume import recorded
from inr_cli.engine.runs import set_status
from inr_cli.signal.write import write_json


@pytest.fixture
def plan(configure: Callable[..., RunConfig], tmp_path: Path) -> Plan:
    """A sweep of two, of which none has begun."""
    jobs = [(["scale=1", "scale=null", "steps=null"], configure()), (["init@init.first=normal"], configure("seed=5"))]
    return lay_out(tmp_path, ["scale=1,2", "epochs=null"], 2, jobs)


def test_a_planned_job_has_the_whole_configuration_from_which_its_run_begins(
    plan: Plan, configure: Callable[..., RunConfig]
) -> None:
    for job, config in zip(plan.jobs, (configure(), configure("seed=5")), strict=True):
        written = yaml.safe_load((plan.path(job) / "config.yaml").read_text())
        assert written == plain(config)
        assert plain(recorded(plan.path(job))) == plain(config)


def test_the_words_are_those_that_a_person_would_type(plan: Plan) -> None:
    assert plan.overrides == ("scale=1,2",)
    assert [job.overrides for job in plan.jobs] == [("scale=1",), ("init.first=normal",)]


def test_what_is_read_back_is_what_was_planned_even_in_another_place(plan: Plan, tmp_path: Path) -> None:
    assert read_plan(tmp_path) == plan
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    tmp_path.rename(moved)
    assert read_plan(moved) == plan.model_copy(update={"folder": moved})


def test_a_folder_of_which_another_sweep_has_a_job_is_refused(plan: Plan, configure: Callable[..., RunConfig]) -> None:
    with pytest.raises(OutputError):
        lay_out(plan.folder, [], 1, [([], configure())])


def test_a_plan_cut_off_anywhere_is_refused_and_never_read_as_another(plan: Plan) -> None:
    file = plan.folder / "sweep.json"
    whole = file.read_bytes()
    for length in range(len(whole) - 2):  # behind the last brace stands a line feed only
        file.write_bytes(whole[:length])
        with pytest.raises(ConfigError, match=r"sweep\.json: damaged"):
            read_plan(plan.folder)
    file.write_bytes(whole)
    assert read_plan(plan.folder) == plan


@pytest.mark.parametrize(
    "change",
    [
        {"jobs": [{"number": 0, "folder": "../elsewhere", "overrides": []}]},
        {"jobs": [{"number": 0, "folder": "/etc", "overrides": []}]},
        {"jobs": [{"number": 0, "folder": "", "overrides": []}]},
        {"jobs": [{"folder": "000-cat-gaussian", "status": "done", "overrides": []}]},
        {"jobs": 3},
        {"at_once": 0},
        {"at_once": 10**6},
    ],
    ids=str,
)
def test_a_plan_that_points_elsewhere_or_is_none_is_refused(change: dict[str, Any], plan: Plan) -> None:
    write_json(plan.folder / "sweep.json", plan.model_dump(mode="json") | change)
    with pytest.raises(ConfigError, match=r"sweep\.json: damaged"):
        read_plan(plan.folder)


STATES = [
    ({}, False, "planned"),
    ({"status": "planned"}, False, "planned"),
    ({"status": "running"}, False, "interrupted"),
    ({"status": "interrupted"}, False, "interrupted"),
    ({"status": "done"}, False, "interrupted"),
    ({"status": "failed"}, False, "failed"),
    ({"status": "diverged"}, False, "diverged"),
    ({"status": "running"}, True, "done"),
    ({"status": "done"}, True, "done"),
    ({"status": "failed"}, True, "failed"),
    ({"status": "interrupted"}, True, "interrupted"),
    ({"status": "planned"}, True, "done"),
    ({}, True, "done"),
]


@pytest.mark.parametrize(("told", "summary", "expected"), STATES)
def test_what_has_come_of_a_job_is_told_by_its_own_files(
    told: dict[str, Any], summary: bool, expected: str, tmp_path: Path
) -> None:
    write_json(tmp_path / "run.json", told)
    if summary:
        write_json(tmp_path / "summary.json", {"psnr": 30.0})
    assert job_state(tmp_path)["status"] == expected


@pytest.mark.parametrize(("asked", "expected"), [(20, "done"), (40, "interrupted")])
def test_a_run_that_was_killed_on_its_way_to_more_steps_is_not_done(asked: int, expected: str, tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", {"status": "running", "steps": asked})
    write_json(tmp_path / "summary.json", {"psnr": 30.0, "steps": 20})
    assert job_state(tmp_path)["status"] == expected


def test_a_job_runs_as_long_as_somebody_does_run_it(dead: int, tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", {"status": "running"})
    with locked(tmp_path):
        assert job_state(tmp_path)["status"] == "running"
        write_json(tmp_path / "summary.json", {"psnr": 30.0})
        assert job_state(tmp_path)["status"] == "done"
        (tmp_path / "summary.json").unlink()
    (tmp_path / LOCK).write_text(f"process {dead} on {socket.gethostname()} since 2026-01-01")
    assert job_state(tmp_path)["status"] == "interrupted"
    (tmp_path / LOCK).write_text("process 1 on a-machine-elsewhere since 2026-01-01")
    assert job_state(tmp_path)["status"] == "running", "its life cannot be seen from here"


def test_a_summary_cut_off_anywhere_is_none(plan: Plan) -> None:
    job = plan.path(plan.jobs[0])
    set_status(job, status="running")
    write_json(job / "summary.json", {"psnr": 30.0, "ssim": None})
    whole = (job / "summary.json").read_bytes()
    for length in range(len(whole) - 2):
        (job / "summary.json").write_bytes(whole[:length])
        assert job_state(job)["status"] == "interrupted"


def test_statuses_in_the_plan_are_for_people_and_the_jobs_own_files_hold(plan: Plan) -> None:
    set_status(plan.path(plan.jobs[0]), status="failed", error="why")
    text = (plan.folder / "sweep.json").read_text()
    assert text.count('"status": "planned"') == 2
    assert [state["status"] for state in read_plan(plan.folder).states()] == ["failed", "planned"]
    plan.write()
    assert (plan.folder / "sweep.json").read_text() == text.replace('"planned"', '"failed"', 1)


def test_the_state_of_a_job_has_the_words_of_the_plan_even_where_its_own_file_is_torn(plan: Plan) -> None:
    (plan.path(plan.jobs[0]) / "run.json").write_text('{"overrides": ["nonsense')
    assert plan.states()[0]["overrides"] == ["scale=1"]


def test_jobs_that_nobody_planned_are_found_by_their_folders(plan: Plan) -> None:
    unknown = plan.model_copy(update={"jobs": ()})
    found = with_jobs_found(unknown)
    assert [(job.folder, job.overrides) for job in found.jobs] == [(job.folder, job.overrides) for job in plan.jobs]


def test_a_hundred_jobs_are_planned_and_read_back(configure: Callable[..., RunConfig], tmp_path: Path) -> None:
    jobs = [([f"seed={seed}"], configure().model_copy(update={"seed": seed})) for seed in range(120)]
    plan = lay_out(tmp_path, ["seed=range(120)"], 4, jobs)
    assert [job.number for job in read_plan(tmp_path).jobs] == list(range(120))
    assert {state["status"] for state in plan.states()} == {"planned"}
    assert recorded(plan.path(plan.jobs[117])).seed == 117
