from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from observing import wait_for

from inr_cli.cli import jobs
from inr_cli.cli.jobs import run_jobs
from inr_cli.cli.places import places
from inr_cli.engine.runs import LOG
from inr_cli.engine.stop import Stop
from inr_cli.signal.write import is_running

WORK = """
import os, signal, sys, time
from inr_cli.engine.stop import stopping

def by_name(folder):
    "The folder's name says what its job does."
    return globals()[folder.name.rstrip("0123456789")](folder)

def well(folder):
    (folder / "done").touch()
    return 0

def told(folder):
    return 10

def exits(folder):
    sys.exit(7)

def leaves(folder):
    os._exit(3)

def breaks(folder):
    raise RuntimeError("no such thing")

def segfaults(folder):
    os.kill(os.getpid(), signal.SIGSEGV)

def starves(folder):
    os.kill(os.getpid(), signal.SIGKILL)

def speaks(folder):
    print("in Python", flush=True)
    print("and of errors", file=sys.stderr)
    os.system("echo and from elsewhere")
    return 0

def meets(folder):
    "Ends only if another such job runs at the same time."
    (folder / "here").touch()
    others = [other for other in folder.parent.iterdir() if other != folder]
    while not any((other / "here").exists() for other in others):
        time.sleep(0.01)
    return 0

def alone(folder):
    "Fails if another such job runs at the same time."
    (folder.parent / "busy").touch(exist_ok=False)
    time.sleep(0.02)
    (folder.parent / "busy").unlink()
    return 0

def looks(folder):
    import json, torch
    seen = {
        "session": os.getsid(0) == os.getpid(),
        "group": os.getpgid(0) == os.getpid(),
        "gpu": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "cuda": torch.cuda.is_initialized() or torch.cuda._is_in_bad_fork(),
        "libraries": "torch._dynamo" in sys.modules and "torchmetrics" in sys.modules,
        "server": os.getppid(),
    }
    (folder / "seen.json").write_text(json.dumps(seen))
    return 0

def obeys(folder):
    with stopping() as stop:
        (folder / "process").write_text(str(os.getpid()))
        while stop.number is None:
            time.sleep(0.01)
    (folder / "saved").write_text(str(stop.number))
    return 128 + stop.number

def hangs(folder):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / "process").write_text(str(os.getpid()))
    while True:
        time.sleep(1)

def orphans(folder):
    "Ends the server that all jobs are copies of."
    (folder / "process").write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    return obeys(folder)
"""

Work = Callable[[Path], int]


@pytest.fixture(scope="module")
def by_name(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    """Work that the jobs' processes can import, too."""
    place = tmp_path_factory.mktemp("work")
    (place / "work_of_jobs.py").write_text(WORK)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(place)
        from work_of_jobs import by_name  # type: ignore[import-not-found]

        yield by_name


@pytest.fixture
def run(by_name: Work, tmp_path: Path) -> Callable[..., dict[str, int]]:
    """Run jobs by their names, some at a time, and return their exit codes in the order in which they ended."""

    def codes(*names: str, at_once: int = 1, stop: Stop | None = None) -> dict[str, int]:
        folders = [tmp_path / name for name in names]
        for folder in folders:
            folder.mkdir()
        found: dict[str, int] = {}
        run_jobs(by_name, folders, places(at_once), lambda path, code: found.update({path.name: code}), stop or Stop())
        return found

    return codes


ENDS = {
    "well": 0,
    "told": 10,
    "exits": 7,
    "leaves": 3,
    "breaks": 1,
    "segfaults": -signal.SIGSEGV,
    "starves": -signal.SIGKILL,
}


def test_however_a_job_ends_the_others_run_and_its_code_is_told(run: Callable[..., dict[str, int]]) -> None:
    jobs_then_good_ones = [name for end in ENDS for name in (end, f"well{len(end)}{end[0].encode()[0]}")]
    codes = run(*jobs_then_good_ones)
    assert list(codes) == jobs_then_good_ones, "one at a time, they end in order"
    assert codes == {**dict.fromkeys(codes, 0), **ENDS}


def test_what_a_job_says_and_where_it_crashed_is_in_its_log(run: Callable[..., dict[str, int]], tmp_path: Path) -> None:
    run("speaks", "breaks", "segfaults")
    assert (tmp_path / "speaks" / LOG).read_text().splitlines() == ["in Python", "and of errors", "and from elsewhere"]
    assert "RuntimeError: no such thing" in (tmp_path / "breaks" / LOG).read_text()
    crash = (tmp_path / "segfaults" / LOG).read_text()
    assert "Segmentation fault" in crash
    assert "in segfaults" in crash


def test_as_many_jobs_run_at_a_time_as_there_are_places(run: Callable[..., dict[str, int]]) -> None:
    assert set(run("meets1", "meets2", "meets3", "meets4", at_once=2).values()) == {0}
    assert set(run(*(f"alone{number}" for number in range(5))).values()) == {0}


def test_a_job_is_out_of_the_terminals_reach_and_a_copy_of_what_knows_no_gpu_and_has_one_thread(
    by_name: Work, tmp_path: Path
) -> None:
    import json

    folders = [tmp_path / f"looks{number}" for number in range(3)]
    for folder in folders:
        folder.mkdir()
    run_jobs(by_name, folders, places(2, ["4", "7"]), lambda path, code: None, Stop())
    seen = [json.loads((folder / "seen.json").read_text()) for folder in folders]
    assert all(one["session"] and one["group"] and one["libraries"] and not one["cuda"] for one in seen)
    assert {one["gpu"] for one in seen} == {"4", "7"}
    threads = Path(f"/proc/{seen[0]['server']}/task")
    assert not threads.is_dir() or len(list(threads.iterdir())) == 1


def test_the_next_job_is_asked_for_when_a_place_is_free_and_an_unwanted_one_is_asked_to_end_once(
    by_name: Work, tmp_path: Path
) -> None:
    told: list[tuple[str, int]] = []

    def asked() -> Iterator[Path]:
        for name in ("obeys", "well"):
            told.append((name, len(told)))
            (tmp_path / name).mkdir()
            yield tmp_path / name

    run_jobs(
        by_name,
        asked(),
        places(1),
        lambda path, code: told.append((path.name, code)),
        Stop(),
        lambda running: [path for path in running if (path / "process").exists()],
    )
    assert told == [("obeys", 0), ("obeys", 128 + signal.SIGTERM), ("well", 2), ("well", 0)]
    assert (tmp_path / "obeys" / "saved").exists()


def test_asked_to_end_it_asks_the_running_jobs_once_and_begins_no_other(
    run: Callable[..., dict[str, int]], tmp_path: Path
) -> None:
    class WhenBothRun(Stop):
        """Asked as soon as the first two jobs are at work."""

        @property
        def number(self) -> int | None:
            began = [(tmp_path / f"obeys{job}" / "process").exists() for job in (1, 2)]
            return signal.SIGINT if all(began) else None

        @number.setter
        def number(self, _: int | None) -> None: ...

    assert run("obeys1", "obeys2", "well3", at_once=2, stop=WhenBothRun()) == {}
    assert [(tmp_path / f"obeys{job}" / "saved").read_text() for job in (1, 2)] == [str(int(signal.SIGTERM))] * 2
    assert not (tmp_path / "well3" / "done").exists()


def test_a_job_that_does_not_end_when_asked_is_ended(
    run: Callable[..., dict[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "GRACE", 0.2)

    class WhenItRuns(Stop):
        @property
        def number(self) -> int | None:
            return signal.SIGTERM if (tmp_path / "hangs" / "process").exists() else None

        @number.setter
        def number(self, _: int | None) -> None: ...

    run("hangs", stop=WhenItRuns())
    assert not is_running(int((tmp_path / "hangs" / "process").read_text()))


def test_a_job_whose_folder_is_gone_ends_as_what_cannot_be_written(by_name: Work, tmp_path: Path) -> None:
    codes = list[int]()
    run_jobs(by_name, [tmp_path / "gone"], places(1), lambda _, code: codes.append(code), Stop())
    assert codes == [4]


def test_when_the_sweep_breaks_off_its_jobs_do_too(by_name: Work, tmp_path: Path) -> None:
    for name in ("obeys", "breaks"):
        (tmp_path / name).mkdir()

    def full_disk(path: Path, code: int) -> None:
        wait_for((tmp_path / "obeys" / "process").exists)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run_jobs(by_name, [tmp_path / "obeys", tmp_path / "breaks"], places(2), full_disk, Stop())
    assert (tmp_path / "obeys" / "saved").exists()


SWEEP = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from inr_cli.cli.jobs import run_jobs
from inr_cli.engine.runs import LOG
from inr_cli.cli.places import places
from inr_cli.engine.stop import stopping
from work_of_jobs import by_name

if __name__ == "__main__":
    with stopping() as stop:
        run_jobs(by_name, [Path(sys.argv[2])], places(1), lambda path, code: None, stop)
"""


@pytest.fixture
def sweep_of(by_name: Work, tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """A process that runs one job, which has begun."""
    (tmp_path / "sweep.py").write_text(SWEEP)
    work = Path(sys.modules["work_of_jobs"].__file__ or "").parent
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> subprocess.Popen[bytes]:
        folder = tmp_path / name
        folder.mkdir()
        started.append(subprocess.Popen([sys.executable, tmp_path / "sweep.py", work, folder]))
        wait_for(lambda: (folder / "process").exists() and (folder / "process").read_text())
        return started[0]

    yield start
    for sweep in started:
        sweep.kill()
        sweep.wait()


def test_a_job_does_not_outlive_a_sweep_that_was_killed_and_saves_first(
    sweep_of: Callable[[str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    sweep_of("obeys").kill()
    wait_for((tmp_path / "obeys" / "saved").exists)
    wait_for(lambda: not is_running(int((tmp_path / "obeys" / "process").read_text())))


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_limit_that_stops_the_server_is_told_once_by_who_needs_it(
    by_name: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(jobs.forkserver, "ensure_running", refuse)
    monkeypatch.setattr(jobs.forkserver._forkserver, "ensure_running", refuse)
    with pytest.raises(BlockingIOError):
        run_jobs(by_name, [tmp_path], places(1), lambda _, code: None, Stop())
    assert not capfd.readouterr().err


def test_a_server_that_still_imports_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time, pathlib; pathlib.Path('begun').touch(); time.sleep(3600)")
    script = """
import pathlib, time
from inr_cli.cli import jobs
jobs.PRELOADED[:] = ["slow"]
jobs.warm_up()
while not pathlib.Path("begun").exists():
    time.sleep(0.01)
"""
    command, environment = [sys.executable, "-c", script], {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, timeout=120, check=True)


@pytest.mark.long
def test_whoever_asks_twice_need_not_wait_and_even_a_deaf_job_ends_in_time(
    sweep_of: Callable[[str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    sweep = sweep_of("hangs")
    sweep.send_signal(signal.SIGINT)
    time.sleep(0.5)  # else both are one: a signal that waits to be handled is not counted twice
    sweep.send_signal(signal.SIGINT)
    assert sweep.wait() == 130
    wait_for(lambda: not is_running(int((tmp_path / "hangs" / "process").read_text())))


@pytest.mark.long
def test_when_the_server_dies_its_job_saves_itself_and_another_server_runs_the_rest(
    run: Callable[..., dict[str, int]], tmp_path: Path
) -> None:
    codes = run("orphans", "well")
    assert codes["orphans"] != 0
    assert codes["well"] == 0
    wait_for((tmp_path / "orphans" / "saved").exists)
