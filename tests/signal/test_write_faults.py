"""A write that fails or dies at any of its steps, or at any instant, leaves the old file or the new one."""

import errno
import itertools
import os
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from inr_cli.config.errors import OutputError
from inr_cli.signal.write import write_bytes

OLD, NEW = b"old" * 1000, b"new" * 2000
STEPS = ("open", "write", "fsync", "close", "replace")


def run(program: str, *arguments: object) -> str:
    """What a program of its own prints: an interpreter that has never seen torch, so that it may fork."""
    command = [sys.executable, "-c", textwrap.dedent(program), *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def failing(kth: int, fail: Callable[[], NoReturn], after: bool) -> Iterator[list[str]]:
    """The k-th step of a write fails, before or after it has done its work; gives the steps that did theirs."""
    done: list[str] = []
    counter = itertools.count(1)

    def with_fault(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object) -> object:
            now = next(counter) == kth
            if now and not after:
                fail()
            result = real(*arguments)
            done.append(name)
            if now:
                fail()
            return result

        return step

    with pytest.MonkeyPatch.context() as patched:
        for name in STEPS:
            patched.setattr(os, name, with_fault(name, getattr(os, name)))
        yield done


def interrupt() -> NoReturn:
    raise KeyboardInterrupt


def fails_with(code: int) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


FAULTS = {
    **{name: fails_with(getattr(errno, name)) for name in ("ENOSPC", "EIO", "EDQUOT", "EROFS", "EINTR")},
    "Ctrl-C": interrupt,
}


@pytest.mark.parametrize("after", [False, True], ids=["before it worked", "after it worked"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_at_any_step_leaves_the_old_file_or_the_new_and_nothing_else(
    fault: str, after: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    for kth in itertools.count(1):
        path.write_bytes(OLD)
        try:
            with failing(kth, FAULTS[fault], after) as done:
                write_bytes(path, NEW)
        except OutputError as error:
            assert str(path) in str(error) and "\n" not in str(error)
        except KeyboardInterrupt:
            assert fault == "Ctrl-C"
        else:
            break
        assert path.read_bytes() == (NEW if "replace" in done else OLD), f"step {kth}"
        assert list(tmp_path.iterdir()) == [path], f"step {kth}"
    assert done == ["open", "write", "fsync", "close", "replace", "open", "fsync", "close"]
    assert path.read_bytes() == NEW


def test_a_death_at_any_step_leaves_the_old_file_or_the_new_and_what_is_swept_up(tmp_path: Path) -> None:
    said = run(
        """
        import itertools, os, sys
        from pathlib import Path
        from inr_cli.signal.write import clean, write_bytes
        path, steps = Path(sys.argv[1]) / "file", sys.argv[2:]

        def dying(real, counter, kth, after):
            def step(*arguments):
                now = next(counter) == kth
                if now and not after:
                    os._exit(9)
                result = real(*arguments)
                if now:
                    os._exit(9)
                return result
            return step

        def write(kth, after):
            counter = itertools.count(1)
            for name in steps:
                setattr(os, name, dying(getattr(os, name), counter, kth, after))
            write_bytes(path, b"new" * 2000)
            os._exit(0)

        for after in (False, True):
            for kth in itertools.count(1):
                path.write_bytes(b"old" * 1000)
                child = os.fork()
                if child == 0:
                    write(kth, after)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                assert path.read_bytes() in (b"old" * 1000, b"new" * 2000), kth
                left = len(os.listdir(path.parent)) - 1
                clean(path.parent)
                assert os.listdir(path.parent) == ["file"], kth
                if code == 0:
                    break
                print(after, kth, left)
        """,
        tmp_path,
        *STEPS,
    )
    lines = said.splitlines()
    assert len(lines) == 2 * 8
    assert sum(line.endswith(" 1") for line in lines) == 4 + 4  # killed between the file's birth and its renaming


@pytest.mark.parametrize("kills", [100, pytest.param(1000, marks=pytest.mark.long)])
def test_a_writer_killed_at_any_instant_leaves_a_whole_file_no_older_than_it_promised(
    kills: int, tmp_path: Path
) -> None:
    said = run(
        """
        import os, random, signal, sys, time
        from pathlib import Path
        from inr_cli.signal.write import clean, write_bytes
        path, kills = Path(sys.argv[1]) / "file", int(sys.argv[2])

        def version(number):
            return f"{number:016d}".encode() * 20_000

        def write_for_ever(number, out):
            while True:
                number += 1
                write_bytes(path, version(number))
                os.write(out, f"{number:016d}".encode())

        random.seed(0)
        write_bytes(path, version(0))
        newest = advanced = stale = 0
        for kill in range(kills):
            reports, out = os.pipe()
            child = os.fork()
            if child == 0:
                write_for_ever(newest, out)
            os.close(out)
            time.sleep(random.uniform(0, 0.03))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            promised = int(os.read(reports, 2**20)[-16:] or newest)
            os.close(reports)
            data = path.read_bytes()
            number = int(data[:16])
            assert data == version(number), f"kill {kill}: torn"
            assert number in (promised, promised + 1), f"kill {kill}: {number}, promised {promised}"
            advanced += number > newest
            newest = number
            stale += len(os.listdir(path.parent)) > 1
            clean(path.parent)
            assert os.listdir(path.parent) == ["file"], f"kill {kill}"
        print(f"{kills} kills, {advanced} after a write, {stale} within one")
        """,
        tmp_path,
        kills,
    )
    print(said)
    count, advanced, stale = (int(word) for word in said.split() if word.isdigit())
    assert count == kills and advanced > kills / 10 and stale > kills / 20, said


def test_a_system_that_takes_a_few_bytes_at_a_time_gets_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:7]))
        write_bytes(tmp_path / "a.png", NEW)
    assert (tmp_path / "a.png").read_bytes() == NEW


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, replace, order = os.fsync, os.replace, []

    def fsync(descriptor: int) -> None:
        state = os.fstat(descriptor)
        order.append("folder" if stat.S_ISDIR(state.st_mode) else f"{state.st_size} bytes")
        sync(descriptor)

    def renaming(source: Path, target: Path) -> None:
        order.append("name")
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        patched.setattr(os, "replace", renaming)
        write_bytes(tmp_path / "a.png", NEW)
    assert order == ["6000 bytes", "name", "folder"]


def test_a_limit_on_the_size_of_files_keeps_the_old_file_and_is_named(tmp_path: Path) -> None:
    said = run(
        """
        import resource, sys
        from pathlib import Path
        from inr_cli.config.errors import OutputError
        from inr_cli.signal.write import write_bytes
        path, hard = Path(sys.argv[1]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        path.write_bytes(b"old")
        for size in (0, 1, 1000, 2500, 4096, 4999, 5000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
            try:
                write_bytes(path, bytes(5000))
            except OutputError as error:
                print(error)
            assert path.read_bytes() == (b"old" if size < 5000 else bytes(5000))
            assert list(path.parent.iterdir()) == [path]
        """,
        tmp_path / "a.png",
    )
    assert said.count("a file may not be that large here (ulimit -f, or the file system): 5000 bytes are needed") == 6
