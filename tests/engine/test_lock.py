"""One process at a time in a run folder; a dead one blocks nobody."""

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inr_cli.config.errors import LockedError, OutputError
from inr_cli.engine.lock import LOCK, locked
from inr_cli.signal.write import _host

HOLDER = textwrap.dedent("""
    import errno, subprocess, sys
    from pathlib import Path
    from inr_cli.config.errors import LockedError
    from inr_cli.engine import lock

    def no_flock(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    if "no flock" in sys.argv:
        lock.fcntl.flock = no_flock
    assert "torch" not in sys.modules
    print("ready", flush=True)
    while sys.stdin.readline():
        try:
            with lock.locked(Path(sys.argv[1])):
                if "with a child" in sys.argv:
                    subprocess.Popen(["sleep", "20"], stdout=subprocess.DEVNULL)
                print("held", flush=True)
                sys.stdin.readline()
            print("free", flush=True)
        except LockedError as error:
            print(error, flush=True)
            sys.stdin.readline()
            print("free", flush=True)
""")
KINDS = ["flock", "no flock"]


class Holder:
    """A process that takes the lock of a folder, and lets it go, when it is told to."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, folder, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def tell(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def hold() -> Iterator[Callable[..., Holder]]:
    """Starts holders, ready to be told; all end with the test."""
    started: list[Holder] = []

    def start(folder: Path, *words: str) -> Holder:
        started.append(Holder(folder, *words))
        return started[-1]

    yield start
    for holder in started:
        holder.end()


def test_a_second_holder_is_refused_with_the_firsts_number_and_machine(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(LockedError) as caught, locked(tmp_path):
        pass
    assert f"{tmp_path} is held by process {os.getpid()} on {socket.gethostname()} since " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.code == 9


@pytest.mark.parametrize("end", [None, ValueError, KeyboardInterrupt, SystemExit])
def test_the_lock_is_let_go_however_the_work_ends(end: type[BaseException] | None, tmp_path: Path) -> None:
    try:
        with locked(tmp_path):
            assert f"process {os.getpid()} " in (tmp_path / LOCK).read_text()
            if end:
                raise end
    except (ValueError, KeyboardInterrupt, SystemExit):
        pass
    assert (tmp_path / LOCK).read_bytes() == b""
    with locked(tmp_path):
        pass


@pytest.mark.parametrize("kind", KINDS)
def test_another_process_is_refused_until_the_holder_lets_go(
    kind: str, tmp_path: Path, hold: Callable[..., Holder]
) -> None:
    first, second = hold(tmp_path, kind), hold(tmp_path, kind)
    assert first.hear() == second.hear() == "ready"
    first.tell()
    assert first.hear() == "held"
    second.tell()
    assert f"process {first.process.pid} on {socket.gethostname()}" in second.hear()
    for holder in (first, second):
        holder.tell()
        assert holder.hear() == "free"
    second.tell()
    assert second.hear() == "held"


@pytest.mark.parametrize("word", [*KINDS, "with a child"])
def test_a_killed_holder_blocks_nobody(word: str, tmp_path: Path, hold: Callable[..., Holder]) -> None:
    first, second = hold(tmp_path, word), hold(tmp_path, word)
    assert first.hear() == second.hear() == "ready"
    first.tell()
    assert first.hear() == "held"
    first.process.kill()
    first.process.wait()
    assert str(first.process.pid) in (tmp_path / LOCK).read_text()
    second.tell()
    assert second.hear() == "held"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rounds", [1, pytest.param(200, marks=pytest.mark.long)])
def test_of_sixteen_at_once_exactly_one_wins_and_the_others_name_it(
    kind: str, rounds: int, tmp_path: Path, hold: Callable[..., Holder]
) -> None:
    holders = [hold(tmp_path, kind) for _ in range(16)]
    assert {holder.hear() for holder in holders} == {"ready"}
    for number in range(rounds if kind == "flock" else 1):
        for holder in holders:
            holder.tell()
        answers = [holder.hear() for holder in holders]
        assert answers.count("held") == 1, f"race {number}: {answers}"
        winner = holders[answers.index("held")].process.pid
        others = [answer for answer in answers if answer != "held"]
        assert all(f"process {winner} on " in answer for answer in others), f"race {number}: {others}"
        for holder in holders:
            holder.tell()
        assert {holder.hear() for holder in holders} == {"free"}


def test_taking_the_lock_sweeps_up_what_the_dead_left(tmp_path: Path, hold: Callable[..., Holder]) -> None:
    (tmp_path / "checkpoints").mkdir()
    dead, alive = hold(tmp_path), hold(tmp_path)
    dead.end()
    left, living = (
        tmp_path / "checkpoints" / f".inr-{_host()}-{holder.process.pid}-0123abcd.tmp" for holder in (dead, alive)
    )
    for path in (left, living):
        path.write_bytes(b"half")
    with locked(tmp_path):
        assert not left.exists()
        assert living.exists()


def test_who_is_refused_sweeps_nothing_up(tmp_path: Path, hold: Callable[..., Holder]) -> None:
    dead = hold(tmp_path)
    dead.end()
    with locked(tmp_path):
        left = tmp_path / f".inr-{_host()}-{dead.process.pid}-0123abcd.tmp"
        left.touch()
        with pytest.raises(LockedError), locked(tmp_path):
            pass
        assert left.exists()


@pytest.mark.parametrize("text", ["", "process 1", "process 99999999 on {host} since yesterday", "\x00\xff\n\n"])
def test_a_holder_who_never_signed_is_refused_all_the_same(text: str, tmp_path: Path) -> None:
    with locked(tmp_path):
        (tmp_path / LOCK).write_text(text.format(host=socket.gethostname()))
        with pytest.raises(LockedError, match="is held by"), locked(tmp_path):
            pass


@pytest.mark.parametrize(("place", "why"), [("gone", "the folder does not exist"), ("file", "its parent is not")])
def test_a_folder_that_is_none_cannot_be_locked(place: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=why), locked(tmp_path / place):
        pass


def test_a_read_only_run_cannot_be_locked(mounted: Callable[[str], Path]) -> None:
    with pytest.raises(OutputError, match="read-only"), locked(mounted("ro")):
        pass


def test_a_full_disk_does_not_keep_a_run_from_being_locked(mounted: Callable[[str], Path]) -> None:
    disk = mounted("size=16k")
    (disk / "filler").write_bytes(bytes(16 * 1024))
    with locked(disk), pytest.raises(LockedError), locked(disk):
        pass
