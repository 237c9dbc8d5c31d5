"""The one writer of files: a reader sees the old file or the new one, never half of either."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from inr_cli.config.errors import OutputError

BLOCK = 4096
"""Bytes: what the shortest file and every new folder take on most disks."""
ROOM = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file may not be that large here (ulimit -f, or the file system)",
}
REASONS = {
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EROFS: "the file system is read-only",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "its parent is not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links lead in a circle",
}
TEMPORARY = re.compile(r"\.inr-(?P<host>[0-9a-f]{8})-(?P<process>[0-9]+)-[0-9a-f]{8}\.tmp")
DAY = 86_400.0  # seconds; nobody takes that long to write a file


def write_bytes(path: Path, data: bytes, sync: bool = True) -> None:
    """Write `data` to `path` in one step that also survives a power cut.

    A temporary file beside it is filled, synced and renamed over it, then the folder is synced. The folder must exist.
    Without `sync` a new file is filled as it stands, and survives once `sync_all` has been called: for thousands of
    files that count together or not at all. Raises `OutputError`: the old file is then as it was; only where the very
    last sync failed, the new one is there.
    """
    if sync:
        _write(path, lambda temporary: _fill(temporary, data), len(data))
    else:
        with writing(path, len(data)):
            _fill(path, data, sync=False)


def write_stream(path: Path, produce: Callable[[BinaryIO], None]) -> None:
    """Write what `produce` puts into a file bit by bit, as `write_bytes` does: for what is too large to be held."""

    def fill(temporary: Path) -> None:
        with temporary.open("xb") as file:
            produce(file)
            file.flush()
            os.fsync(file.fileno())

    _write(path, fill)


def write_text(path: Path, text: str, sync: bool = True) -> None:
    """Write `text` as UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode(), sync)


def write_json(path: Path, data: Any, sync: bool = True) -> None:
    """Write `data` as strict JSON, as `write_bytes` does. Raises `ValueError` for NaN and infinity: a bug upstream."""
    write_text(path, json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False) + "\n", sync)


def try_folder(folder: Path) -> None:
    """Write, sync and remove a file of one block in the folder. Raises `OSError`."""
    temporary = _temporary(folder)
    try:
        _fill(temporary, bytes(BLOCK))
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot sync a folder
            raise
    finally:
        os.close(descriptor)


def sync_all() -> None:
    """Make everything that was written without a sync survive a power cut."""
    if hasattr(os, "sync"):  # Windows has none
        os.sync()


def clean(folder: Path, everywhere: bool = True) -> None:
    """Remove the temporary files that killed writers have left in a folder, and `everywhere` below it.

    Those of living ones stay.
    """
    for path in (folder.rglob if everywhere else folder.glob)(".inr-*.tmp"):
        with suppress(OSError):  # gone in the meantime, or not ours to remove
            if _abandoned(path):
                path.unlink()


def is_running(process: int) -> bool:
    """Whether this machine has a process of that number."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True


@contextmanager
def writing(path: Path, needed: int | None = None) -> Iterator[None]:
    """Inside, `path` is made, removed, or given `needed` bytes. Raises `OutputError` for what the system says."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error, path.parent, needed)}") from None


def reason(error: OSError, folder: Path, needed: int | None = None) -> str:
    """Why the system would not write `needed` bytes into `folder`, in words."""
    if error.errno in ROOM:
        told = f": {needed} bytes are needed{_and_free(folder)}" if needed is not None else ""
        return f"{ROOM[error.errno]}{told}"
    return REASONS.get(error.errno or 0, error.strerror or type(error).__name__)


def _and_free(folder: Path) -> str:
    with suppress(OSError):
        return f", {shutil.disk_usage(folder).free} are free"
    return ""


def _write(path: Path, fill: Callable[[Path], None], needed: int | None = None) -> None:
    clean(path.parent, everywhere=False)
    with writing(path, needed):
        if path.exists() and not path.is_file():  # as root, a rename would replace even /dev/null
            raise OutputError(f"cannot write {path}: it is a {'folder' if path.is_dir() else 'device'}, not a file")
        _replace(path, fill)
        sync_folder(path.parent)


def _replace(path: Path, fill: Callable[[Path], None]) -> None:
    temporary = _temporary(path.parent)
    try:
        fill(temporary)
        os.replace(temporary, path)
    except BaseException:  # Ctrl-C leaves nothing either
        with suppress(OSError):  # it was not made yet, or has its name already
            temporary.unlink()
        raise


def _temporary(folder: Path) -> Path:
    return folder / f".inr-{_host()}-{os.getpid()}-{secrets.token_hex(4)}.tmp"


def _abandoned(temporary: Path) -> bool:
    """Whether its writer is dead; of one on another machine, or whose number was given anew, the age has to tell."""
    name = TEMPORARY.fullmatch(temporary.name)
    if name is None:
        return False
    dead_here = name["host"] == _host() and not is_running(int(name["process"]))
    return dead_here or time.time() - temporary.stat().st_mtime > DAY


def _host() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def _fill(file: Path, data: bytes, sync: bool = True) -> None:
    # The mode is narrowed by the umask, so the file is as readable as any other; tempfile would make it 0600.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        rest = memoryview(data)
        while rest:  # the system may take only a part at a time
            rest = rest[os.write(descriptor, rest) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
