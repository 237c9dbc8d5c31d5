"""The one writer of files: a reader sees the old file or the new one, never half of either."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from inr_cli.config.errors import OutputError

REASONS = {
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EROFS: "the file system is read-only",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "its parent is not a folder",
    errno.EISDIR: "it is a folder",
    errno.EDQUOT: "the disk quota is used up",
}


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one step that also survives a power cut.

    A temporary file beside it is filled, synced and renamed over it, then the folder is synced. The folder must exist.
    Raises `OutputError`, and then leaves whatever was there as it was.
    """
    temporary = path.parent / f".inr-{os.getpid()}-{secrets.token_hex(4)}.tmp"
    try:
        if path.exists() and not path.is_file():  # as root, a rename would replace even /dev/null
            raise OutputError(f"cannot write {path}: it is a {'folder' if path.is_dir() else 'device'}, not a file")
        _fill(temporary, data)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {_reason(error, path.parent, len(data))}") from None
    finally:
        with suppress(OSError):  # gone already where the rename was reached
            temporary.unlink()


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_json(path: Path, data: Any) -> None:
    """Write `data` as strict JSON, as `write_bytes` does. Raises `ValueError` for NaN and infinity: a bug upstream."""
    write_text(path, json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def _fill(temporary: Path, data: bytes) -> None:
    # The mode is narrowed by the umask, so the file is as readable as any other; tempfile would make it 0600.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot sync a folder
            raise
    finally:
        os.close(descriptor)


def _reason(error: OSError, folder: Path, needed: int) -> str:
    if error.errno == errno.ENOSPC:
        return f"the disk is full, {shutil.disk_usage(folder).free} bytes are free and {needed} are needed"
    return REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
