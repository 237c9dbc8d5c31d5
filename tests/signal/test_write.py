"""A reader sees the old file or the new one; a failure leaves nothing behind."""

import errno
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from inr_cli.config.errors import OutputError
from inr_cli.signal.write import (
    _host,
    clean,
    is_running,
    reason,
    try_folder,
    write_bytes,
    write_json,
    write_stream,
    write_text,
)

OLD, NEW = b"old" * 1000, b"new" * 2000
Mount = Callable[[str], Path]


def test_new_bytes_replace_old_ones_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    for data in (b"old" * 1000, b"new", b""):
        write_bytes(path, data)
        assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_utf8(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "é = 10\n")
    assert (tmp_path / "a.txt").read_bytes() == "é = 10\n".encode()


def test_json_is_strict_and_keeps_its_order(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {"psnr": 30.5, "name": "é"})
    assert list(json.loads(path.read_text(encoding="utf-8"))) == ["psnr", "name"]
    with pytest.raises(ValueError):
        write_json(path, {"psnr": float("nan")})
    assert "30.5" in path.read_text(encoding="utf-8")


def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_bytes(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


def test_a_name_as_long_as_the_file_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 251 + ".png")
    write_bytes(path, b"data")
    assert path.read_bytes() == b"data"


# Where nothing can be written


def refused(path: Path, data: bytes = NEW) -> str:
    with pytest.raises(OutputError) as caught:
        write_bytes(path, data)
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("none/a.png", "the folder does not exist"),
        ("file/a.png", "its parent is not a folder"),
        ("folder", "it is a folder"),
        ("n" * 300, "the name is too long"),
        ("circle/a.png", "its links lead in a circle"),
        ("dangling/a.png", "the folder does not exist"),
        ("pipe", "it is a device"),  # not /dev/null: root would lose the machine's, should this ever fail
    ],
)
def test_what_stands_in_the_way_is_named(place: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert why in refused(tmp_path / place)
    assert (tmp_path / "pipe").is_fifo()
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "no permission" in refused(tmp_path / "a.png")


def test_a_read_only_disk_is_named(mounted: Mount) -> None:
    disk = mounted("ro")
    assert "the file system is read-only" in refused(disk / "a.png")
    with pytest.raises(OSError, match="Read-only"):
        try_folder(disk)


@pytest.mark.parametrize("free", range(0, 24 * 1024, 4096))
def test_a_full_disk_keeps_the_old_file_and_says_what_is_missing(free: int, mounted: Mount) -> None:
    disk, data = mounted("size=64k"), bytes(24 * 1024)
    write_bytes(disk / "a.png", OLD)
    write_bytes(disk / "filler", bytes(60 * 1024 - free))
    assert f"the disk is full: {len(data)} bytes are needed, {free} are free" in refused(disk / "a.png", data)
    assert (disk / "a.png").read_bytes() == OLD
    assert sorted(path.name for path in disk.iterdir()) == ["a.png", "filler"]
    (disk / "filler").unlink()
    write_bytes(disk / "a.png", data)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_device_without_room_is_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.png").write_bytes(OLD)
    opened = os.open
    with monkeypatch.context() as patched:
        patched.setattr(os, "open", lambda *_: opened("/dev/full", os.O_WRONLY))
        assert "the disk is full: 6000 bytes are needed" in refused(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == OLD


def test_a_reason_without_words_of_ours_is_the_systems(tmp_path: Path) -> None:
    assert reason(OSError(errno.EIO, "Input/output error"), tmp_path, 1) == "Input/output error"
    assert reason(OSError(), tmp_path, 1) == "OSError"
    assert "disk quota is used up: 1 bytes" in reason(OSError(errno.EDQUOT, ""), tmp_path / "gone", 1)


def test_a_folder_is_tried_without_a_trace(tmp_path: Path) -> None:
    try_folder(tmp_path)
    assert not list(tmp_path.iterdir())


# What killed writers leave


@pytest.mark.parametrize(
    ("name", "days", "stays"),
    [
        (".inr-{here}-{dead}-0123abcd.tmp", 0, False),
        (".inr-{here}-{alive}-0123abcd.tmp", 0, True),
        (".inr-{here}-{alive}-0123abcd.tmp", 2, False),  # its number belongs to another process by now
        (".inr-{elsewhere}-{dead}-0123abcd.tmp", 0, True),
        (".inr-{elsewhere}-{dead}-0123abcd.tmp", 2, False),
        (".inr-{here}-{dead}.tmp", 2, True),
        ("inr-{here}-{dead}-0123abcd.tmp", 2, True),
        ("notes.tmp", 2, True),
    ],
)
def test_only_what_a_dead_writer_left_is_swept_up(name: str, days: int, stays: bool, dead: int, tmp_path: Path) -> None:
    elsewhere = "00000000" if _host() != "00000000" else "11111111"
    name = name.format(here=_host(), elsewhere=elsewhere, dead=dead, alive=os.getpid())
    path = tmp_path / "checkpoints" / name
    path.parent.mkdir()
    path.write_bytes(b"half")
    os.utime(path, (time.time() - 86_400 * days,) * 2)
    clean(tmp_path)
    assert path.exists() == stays


def test_sweeping_up_keeps_to_its_own_tree(tmp_path: Path, dead: int) -> None:
    outside = tmp_path / "outside" / f".inr-{_host()}-{dead}-0123abcd.tmp"
    outside.parent.mkdir()
    outside.touch()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "link").symlink_to(outside.parent)
    clean(tmp_path / "run")
    assert outside.exists()
    clean(tmp_path / "nowhere")


def test_a_final_file_comes_with_what_killed_writers_left_beside_it_removed(tmp_path: Path, dead: int) -> None:
    left, lives = (tmp_path / f".inr-{_host()}-{process}-0123abcd.tmp" for process in (dead, os.getppid()))
    deeper = tmp_path / "theirs" / left.name
    deeper.parent.mkdir()
    for path in (left, lives, deeper):
        path.touch()
    write_bytes(tmp_path / "big.tif", NEW)
    assert [path.exists() for path in (left, lives, deeper)] == [False, True, True]


def test_a_process_runs_until_it_ends(dead: int) -> None:
    assert is_running(os.getpid())
    assert is_running(1)
    assert not is_running(dead)
    assert not is_running(10**30)


def test_a_stream_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def produce(file: BinaryIO) -> None:
        for _ in range(10):
            file.write(b"new" * 1000)
        assert path.read_bytes() == b"old"

    write_stream(path, produce)
    assert path.read_bytes() == b"new" * 10_000

    def fail(file: BinaryIO) -> None:
        file.write(b"part")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match=r"cannot write .*a\.bin: the disk is full$"):
        write_stream(path, fail)
    assert path.read_bytes() == b"new" * 10_000
    assert list(tmp_path.iterdir()) == [path]
