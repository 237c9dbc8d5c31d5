"""A reader sees the old file or the new one; a failure leaves nothing behind."""

import errno
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from inr_cli.config.errors import OutputError
from inr_cli.signal.write import _reason, write_bytes, write_json, write_text


def test_new_bytes_replace_old_ones_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    for data in (b"old" * 1000, b"new"):
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


def refused(path: Path) -> str:
    with pytest.raises(OutputError) as caught:
        write_bytes(path, b"data")
    message = str(caught.value)
    assert str(path) in message and "\n" not in message
    return message


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "the folder does not exist" in refused(tmp_path / "none" / "a.png")


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert "its parent is not a folder" in refused(tmp_path / "file" / "a.png")


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    assert "it is a folder" in refused(tmp_path)


def test_a_device_is_not_replaced() -> None:
    assert "it is a device" in refused(Path(os.devnull))
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "no permission" in refused(tmp_path / "a.png")


def test_a_full_disk_says_how_much_is_free(tmp_path: Path) -> None:
    reason = _reason(OSError(errno.ENOSPC, "No space left on device"), tmp_path, needed=10)
    assert "disk is full" in reason and "bytes are free and 10 are needed" in reason


@pytest.mark.parametrize("call", ["open", "fsync", "fdopen"])
@pytest.mark.parametrize("kth", [1, 2])
def test_a_failure_at_any_step_keeps_the_old_file_or_the_new(
    call: str, kth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    calls, real = [], getattr(os, call)

    def fails(*args: object, **kwargs: object) -> object:
        calls.append(args)
        if len(calls) == kth:
            raise OSError(errno.EIO, "Input/output error")
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fails)
        try:
            write_bytes(path, b"new")
        except OutputError as error:
            assert "Input/output error" in str(error)
    assert path.read_bytes() in (b"old", b"new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_cut_by_the_system_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"old")
    program = """
        import resource, sys
        from pathlib import Path
        from inr_cli.config.errors import OutputError
        from inr_cli.signal.write import write_bytes
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            write_bytes(Path(sys.argv[1]), bytes(5000))
        except OutputError as error:
            print(error)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "a.png")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "too large" in done.stdout
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1
