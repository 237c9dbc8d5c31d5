"""One process at a time in a run folder. The system lets go of the lock when its holder ends, however it ends."""

from __future__ import annotations

import errno
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from inr_cli.config.errors import LockedError, OutputError
from inr_cli.signal.write import BLOCK, clean, is_running, reason

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK = ".lock"
MARKER = ".lock-marker"
WITHOUT_FLOCK = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}
"""What file systems without locks answer: NFS without its lock service, some FUSE ones."""
SIGNATURE = re.compile(r"process (?P<process>\d+) on (?P<host>\S+) since \S+")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` alone; what killed writers have left in it is removed first.

    `<folder>/.lock` stays, empty, when it is let go: removing it would let two later starts hold different files.
    Raises `LockedError`, which names the holder, and `OutputError` where the folder cannot be written.
    """
    with ExitStack() as held:
        try:
            descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
            held.callback(os.close, descriptor)
            if not _flock(descriptor):
                _mark(folder / MARKER, held)
            held.callback(os.ftruncate, descriptor, 0)
            _sign(descriptor)
        except BlockingIOError:
            raise LockedError(f"{folder} is held by {_holder(folder / LOCK)}; wait for it or stop it.") from None
        except OSError as error:
            raise OutputError(f"cannot lock {folder}: {reason(error, folder, BLOCK)}") from None
        clean(folder)
        yield


def is_held(folder: Path) -> bool:
    """Whether the process that signed the lock of `folder` lives; one of another machine is taken to."""
    try:
        signed = SIGNATURE.fullmatch((folder / LOCK).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return False
    return signed is not None and _lives(signed)


def _flock(descriptor: int) -> bool:
    """Take the lock, or say that there is no such thing here. Raises `BlockingIOError` where another process has it."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in WITHOUT_FLOCK:
            return False
        raise
    return True


def _mark(marker: Path, held: ExitStack) -> None:
    """Without flock a file that exists is the lock: less, since its holder's death is noticed on this machine only.

    Raises `BlockingIOError`.
    """
    from filelock import SoftFileLock, Timeout

    try:
        held.enter_context(SoftFileLock(marker, timeout=1))  # time to see that the holder is dead
    except Timeout:
        raise BlockingIOError from None


def _sign(descriptor: int) -> None:
    """Say who holds the lock. Only people read it: what decides is the lock itself."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(descriptor, 0)
    with suppress(OSError):  # a full disk is for the work itself to find out
        os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()} since {since}".encode())


def _holder(lock: Path) -> str:
    """Who signed the file: a moment after taking the lock, so what a dead holder left there may come first."""
    signed = None
    for _ in range(50):
        signed = SIGNATURE.fullmatch(lock.read_text(encoding="utf-8", errors="replace"))
        if signed and _lives(signed):
            break
        time.sleep(0.01)
    return signed[0] if signed else "another process"


def _lives(signed: re.Match[str]) -> bool:
    return signed["host"] != socket.gethostname() or is_running(int(signed["process"]))
