import itertools
import json
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from inr_cli.config.errors import ConfigError, OutputError
from inr_cli.engine import runs
from inr_cli.engine.runs import (
    best_job,
    checkpoint_of,
    claim_job,
    claim_run,
    claim_sweep,
    jobs_of,
    rank,
    read_json,
    require_writable,
    resolve,
    set_status,
)
from inr_cli.signal import write


class FrozenClock(datetime):
    @classmethod
    def now(cls, tz: object = None) -> "FrozenClock":
        return cls(2026, 1, 2, 3, 4, 5)


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "datetime", FrozenClock)


def job(sweep: Path, number: int, psnr: float | None) -> Path:
    folder = claim_job(sweep, number, "cat", "gaussian")
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "step_1.safetensors").write_bytes(b"x")
    set_status(folder, status="done", checkpoint="checkpoints/step_1.safetensors")
    if psnr is not None:
        (folder / "summary.json").write_text(json.dumps({"psnr": psnr}))
    return folder


def test_starts_in_the_same_second_never_share_a_folder(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        folders = list(pool.map(lambda _: claim_run(tmp_path, "cat", "gaussian"), range(64)))
    assert len(set(folders)) == 64
    assert all(folder.is_dir() for folder in folders)
    assert resolve("last", tmp_path) in folders
    assert not [path for path in tmp_path.iterdir() if path.suffix == ".tmp"]


STARTER = textwrap.dedent("""
    import os, random, sys
    from datetime import datetime
    from pathlib import Path
    from inr_cli.engine import runs

    class FrozenClock(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 1, 2, 3, 4, 5)

    out, names = Path(sys.argv[1]), int(sys.argv[2])
    runs.datetime = FrozenClock
    runs.secrets.token_hex = lambda size: f"{random.randrange(names):0{2 * size}x}"
    assert "torch" not in sys.modules
    print("ready", flush=True)
    sys.stdin.readline()
    folder = runs.claim_run(out, "cat", "gaussian")
    runs.write_text(folder / "owner", str(os.getpid()))
    print(folder)
""")


@pytest.mark.parametrize("starts", [16, pytest.param(64, marks=pytest.mark.long)])
def test_processes_started_in_the_same_second_and_drawing_the_same_names_never_share_a_folder(
    starts: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", STARTER, tmp_path / "out", str(starts + 2)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) for _ in range(starts)]
    assert [process.stdout.readline() for process in started if process.stdout] == ["ready\n"] * starts
    for process in started:
        if process.stdin:
            process.stdin.write("\n")
            process.stdin.flush()
    folders = {process.pid: Path(process.communicate()[0].strip()) for process in started}
    assert len(set(folders.values())) == starts
    assert {pid: (folder / "owner").read_text() for pid, folder in folders.items()} == {
        pid: str(pid) for pid in folders
    }
    assert {folder.parent for folder in folders.values()} == {tmp_path / "out" / "2026-01-02"}
    assert resolve("last", tmp_path / "out") in folders.values()


def test_a_name_that_is_taken_is_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = itertools.chain(["aaaa", "aaaa", "bbbb"], itertools.repeat("cccc"))
    monkeypatch.setattr(runs.secrets, "token_hex", lambda _: next(draws))
    first = runs._claim(tmp_path, FrozenClock.now(), "cat-")
    second = runs._claim(tmp_path, FrozenClock.now(), "cat-")
    assert [first.name, second.name] == ["03-04-05-cat-aaaa", "03-04-05-cat-bbbb"]


@pytest.mark.parametrize(
    ("image", "word"),
    [
        ("cat", "cat"),
        ("/home/me/my photo (1).jpg", "my_photo_1"),
        ("../../etc/passwd", "passwd"),
        ("写真.png", "picture"),
        ("x" * 300, "x" * 40),
        ("..", "picture"),
        ("a/b\\c\nd", "b_c_d"),
    ],
)
def test_a_folder_is_named_by_time_picture_and_encoding(image: str, word: str, tmp_path: Path) -> None:
    folder = claim_run(tmp_path, image, "gaussian")
    assert folder.parent == tmp_path / "2026-01-02"
    assert folder.name.startswith(f"03-04-05-{word}-gaussian-")
    assert len(folder.name.rpartition("-")[2]) == 4


def test_last_is_the_newest_run_or_sweep_even_after_a_move(tmp_path: Path) -> None:
    out = tmp_path / "out"
    claim_run(out, "cat", "gaussian")
    newest = claim_run(out, "coffee", "gaussian")
    assert resolve("last", out) == newest
    moved = out.rename(tmp_path / "moved")
    assert resolve("last", moved) == moved / newest.relative_to(out)
    sweep = claim_sweep(moved)
    assert resolve("last", moved) == sweep


def test_a_run_or_a_checkpoint_may_be_named_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = claim_run(tmp_path, "cat", "gaussian")
    assert resolve(str(folder), tmp_path) == folder
    assert resolve(f"~/{folder.relative_to(tmp_path)}", Path("elsewhere")) == folder


@pytest.mark.parametrize(
    "latest", [None, b"", b"2026-01-02/gone\n", b"../../etc\n", b"/etc\n", b"\xff\xfe\n", b"\x00\n"]
)
def test_a_last_that_is_not_there_is_refused_in_one_line(latest: bytes | None, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if latest is not None:
        (out / "latest").write_bytes(latest)
    with pytest.raises(ConfigError, match=r"^last") as caught:
        checkpoint_of(resolve("last", out))
    assert "\n" not in str(caught.value)


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing"):
        resolve("nothing", tmp_path)


@pytest.mark.parametrize("state", [None, "", "{", "[]", '{"checkpoint": null}', '{"checkpoint": "checkpoints/gone"}'])
def test_a_run_without_a_checkpoint_says_so(state: str | None, tmp_path: Path) -> None:
    if state is not None:
        (tmp_path / "run.json").write_text(state)
    with pytest.raises(ConfigError, match="no finished checkpoint"):
        checkpoint_of(tmp_path)


def test_a_sweep_stands_for_its_best_job(tmp_path: Path) -> None:
    sweep = claim_sweep(tmp_path)
    (sweep / "sweep.json").write_text("{}")
    with pytest.raises(ConfigError, match="no job"):
        best_job(sweep)
    jobs = [job(sweep, 0, 20.0), job(sweep, 1, 31.5), job(sweep, 2, None), job(sweep, 3, 25.0)]
    assert jobs_of(sweep) == jobs
    assert best_job(sweep) == jobs[1]
    assert checkpoint_of(sweep) == jobs[1] / "checkpoints" / "step_1.safetensors"


def test_what_killed_writers_left_beside_the_runs_is_removed_by_the_next(dead: int, tmp_path: Path) -> None:
    ours = write._temporary(tmp_path)
    theirs = ours.with_name(ours.name.replace(f"-{os.getpid()}-", f"-{dead}-"))
    for file in (ours, theirs):
        file.write_bytes(b"half")
    require_writable(tmp_path)
    assert list(tmp_path.iterdir()) == [ours], "its writer lives"


def test_a_jobs_folder_is_claimed_once(tmp_path: Path) -> None:
    claim_job(tmp_path, 0, "cat", "gaussian")
    with pytest.raises(OutputError):
        claim_job(tmp_path, 0, "cat", "gaussian")


def test_runs_are_listed_newest_first_jobs_of_sweeps_among_them(tmp_path: Path) -> None:
    folders = [claim_run(tmp_path, "cat", "gaussian"), claim_job(claim_sweep(tmp_path), 0, "cat", "gaussian")]
    folders.append(claim_run(tmp_path, "cat", "gaussian"))
    for number, folder in enumerate(folders):
        set_status(folder, started=f"2026-01-0{number + 1}")
    assert list(runs.runs(tmp_path)) == folders[::-1]
    (folders[0] / "run.json").write_text("{torn")
    assert len(list(runs.runs(tmp_path))) == 3


def test_status_adds_to_what_is_known(tmp_path: Path) -> None:
    set_status(tmp_path, status="running", attempt=1)
    set_status(tmp_path, status="done")
    assert read_json(tmp_path / "run.json") == {"status": "done", "attempt": 1}


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"psnr": 20.0, "psnr_test": 30.0, "loss": 0.1}, {"psnr": 21.0, "psnr_test": 10.0, "loss": 0.2}),
        ({"psnr": None, "psnr_test": 30.0, "loss": 0.2}, {"psnr": None, "psnr_test": 10.0, "loss": 0.1}),
        ({"psnr": None, "loss": 0.0}, {"psnr": -5.0, "loss": 9.0}),
    ],
)
def test_a_run_is_ranked_by_what_its_task_shows(worse: dict[str, float], better: dict[str, float]) -> None:
    low, high = rank(worse), rank(better)
    assert low is not None and high is not None
    assert low < high


@pytest.mark.parametrize("summary", [{}, {"psnr": None, "loss": None}, {"psnr": "30"}])
def test_a_run_without_figures_has_no_rank(summary: dict[str, object]) -> None:
    assert rank(summary) is None
