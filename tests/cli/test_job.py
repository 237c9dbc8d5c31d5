import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from inr_cli.cli import job
from inr_cli.cli.job import failure, fit_job, settle
from inr_cli.config.root import RunConfig
from inr_cli.engine import resume
from inr_cli.engine.lock import LOCK, locked
from inr_cli.engine.plan import job_state, lay_out
from inr_cli.engine.runs import read_json, set_status
from inr_cli.signal.write import write_bytes, write_json


@pytest.fixture
def planned(configure: Callable[..., RunConfig], tmp_path: Path) -> Callable[..., Path]:
    """The folder of a job that has not begun, of these words."""

    def folder(*words: str) -> Path:
        plan = lay_out(tmp_path, words, 1, [(words, configure(*words))])
        return plan.path(plan.jobs[0])

    return folder


def test_a_planned_job_is_run_as_it_was_planned_and_done_again_it_stays_as_it_is(planned: Callable[..., Path]) -> None:
    folder = planned("seed=3", "steps=4")
    assert fit_job(folder) == 0
    assert job_state(folder)["status"] == "done"
    assert job_state(folder)["overrides"] == ["seed=3", "steps=4"]
    assert read_json(folder / "summary.json")["steps"] == 4
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path.name != LOCK}
    assert fit_job(folder) == 0
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert read_json(folder / "run.json")["attempt"] == 1


def test_a_job_that_somebody_else_ends_while_it_waits_is_not_run_again(planned: Callable[..., Path]) -> None:
    folder = planned("steps=4")
    assert fit_job(folder) == 0
    summary = (folder / "summary.json").read_bytes()
    (folder / "summary.json").unlink()
    codes: list[int] = []
    waits = threading.Thread(target=lambda: codes.append(fit_job(folder)))
    with locked(folder):
        waits.start()
        waits.join(0.5)
        write_bytes(folder / "summary.json", summary)
    waits.join()
    assert codes == [0]
    assert read_json(folder / "run.json")["attempt"] == 1


def test_a_job_without_memory_to_begin_with_says_so_as_a_run_does(
    planned: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def short(folder: Path, words: Sequence[str]) -> None:
        raise MemoryError

    monkeypatch.setattr(resume, "resume", short)
    folder = planned()
    assert fit_job(folder) == 8
    state = job_state(folder)
    assert (state["status"], state["exit_code"]) == ("failed", 8)
    assert capsys.readouterr().err == f"error: {state['error']}\n"


def test_what_keeps_a_job_from_beginning_is_kept_and_said(
    planned: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = planned("image=checkerboard")
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").write_text(text.replace("image: checkerboard", "image: chekerboard"))
    assert fit_job(folder) == 3
    state = job_state(folder)
    assert (state["status"], state["exit_code"]) == ("failed", 3)
    assert "chekerboard" in state["error"]
    assert capsys.readouterr().err == f"error: {state['error']}\n"
    assert failure(state) == f"{folder.name}: failed: {state['error']}"
    (folder / "log.txt").touch()
    assert failure(state) == f"{folder.name}: failed: {state['error']} ({folder}/log.txt)"
    assert failure(state | {"status": "planned"}) == f"{folder.name}: never began"


def test_a_job_that_diverges_says_so_itself(planned: Callable[..., Path]) -> None:
    folder = planned("optimizer=sgd", "optimizer.lr=1e9", "eval_every=1")
    assert fit_job(folder) == 7
    assert job_state(folder)["status"] == "diverged"
    settle(folder, 7)
    assert job_state(folder)["status"] == "diverged", "its own word holds"


def test_a_job_that_somebody_else_runs_is_left_to_them(
    planned: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PATIENCE", 0.0)
    folder = planned()
    set_status(folder, status="running")
    before = read_json(folder / "run.json")
    with locked(folder):
        assert fit_job(folder) == 9
    settle(folder, 9)
    assert read_json(folder / "run.json") == before


ENDS: list[tuple[dict[str, Any], int, dict[str, Any]]] = [
    ({"status": "running"}, -signal.SIGKILL, {"status": "failed", "exit_code": 137}),
    ({"status": "running"}, -signal.SIGSEGV, {"status": "failed", "exit_code": 139}),
    ({"status": "running"}, -signal.SIGABRT, {"status": "failed", "exit_code": 134}),
    ({"status": "running"}, -signal.SIGTERM, {"status": "interrupted", "exit_code": 143}),
    ({"status": "running"}, -signal.SIGINT, {"status": "interrupted", "exit_code": 130}),
    ({"status": "planned"}, 143, {"status": "interrupted", "exit_code": 143}),
    ({"status": "running"}, 7, {"status": "failed", "exit_code": 7}),
    ({"status": "running"}, 0, {"status": "failed", "exit_code": 0}),
    ({}, 1, {"status": "failed", "exit_code": 1}),
    ({"status": "failed", "exit_code": 3, "error": "why"}, 3, {"status": "failed", "exit_code": 3, "error": "why"}),
    ({"status": "interrupted", "exit_code": 143}, 143, {"status": "interrupted", "exit_code": 143}),
    ({"status": "interrupted", "exit_code": 143}, 255, {"status": "interrupted", "exit_code": 143}),
    ({"status": "failed", "exit_code": 3, "error": "before"}, -signal.SIGKILL, {"status": "failed", "exit_code": 137}),
]


@pytest.mark.parametrize(("before", "code", "expected"), ENDS, ids=str)
def test_a_process_that_ended_without_a_word_gets_one(
    before: dict[str, Any], code: int, expected: dict[str, Any], tmp_path: Path
) -> None:
    write_json(tmp_path / "run.json", before)
    settle(tmp_path, code)
    state = read_json(tmp_path / "run.json")
    assert expected.items() <= state.items()
    assert expected["status"] == "interrupted" or state["error"]


def test_the_kernels_kill_is_taken_for_a_lack_of_memory(tmp_path: Path) -> None:
    settle(tmp_path, -signal.SIGKILL)
    assert read_json(tmp_path / "run.json")["error"] == "killed (signal 9), probably out of memory"


@pytest.mark.parametrize("code", [0, -signal.SIGKILL])
def test_a_job_killed_behind_its_last_file_is_done(code: int, tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", {"status": "running", "attempt": 1})
    write_json(tmp_path / "summary.json", {"psnr": 30.0})
    settle(tmp_path, code)
    assert read_json(tmp_path / "run.json") == {"status": "done", "attempt": 1, "exit_code": 0, "error": None}


@pytest.fixture
def done(planned: Callable[..., Path]) -> Path:
    """The folder of a job that has taken the 4 steps it was planned with."""
    folder = planned("steps=4")
    assert fit_job(folder) == 0
    return folder


@pytest.mark.parametrize(
    ("code", "status", "exit_code"),
    [
        (0, "failed", 0),
        (1, "failed", 1),
        (-signal.SIGKILL, "failed", 137),
        (-signal.SIGTERM, "interrupted", 143),
        (143, "interrupted", 143),
    ],
)
def test_a_finished_job_that_was_to_go_on_and_could_not_is_not_done(
    code: int, status: str, exit_code: int, done: Path
) -> None:
    settle(done, code, ["steps=8"])
    assert (job_state(done)["status"], job_state(done)["exit_code"]) == (status, exit_code)
    settle(done, 0, ["steps=4"])
    assert job_state(done)["status"] == "done", "all that was asked for is there"


def test_what_kept_a_finished_job_from_going_on_stays_said(done: Path) -> None:
    for file in (done / "checkpoints").iterdir():
        file.write_bytes(b"")
    (done / "config.yaml").write_text((done / "config.yaml").read_text().replace("image: face", "image: fcae"))
    code = fit_job(done, ["steps=8"])
    assert code == 3
    settle(done, code, ["steps=8"])
    state = job_state(done)
    assert (state["status"], state["exit_code"]) == ("failed", 3)
    assert "fcae" in state["error"]
