"""Folders that cannot be written and disks that run full, met by the real command line."""

import csv
import os
import resource
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.cli.main import main
from inr_cli.engine.checkpoint import load

FIT = "fit image=cat size=32 steps=30 save_every=10 render_every=10 threads=1 device=cpu network.hidden_features=16"


@pytest.fixture
def fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Fits a small picture from a folder of its own; gives the exit code and what was said of errors."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*FIT.split(), *words])
        return int(ended.value.code or 0), capfd.readouterr().err

    return run


def test_every_file_of_a_run_but_its_log_is_synced_then_named_then_its_folder_synced(
    fit: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, replace = os.fsync, os.replace
    order: list[Path | str] = []

    def fsync(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "bytes")
        sync(descriptor)

    def renaming(source: Path, target: Path) -> None:
        order.append(target.resolve())
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        patched.setattr(os, "replace", renaming)
        assert fit() == (0, "")
    named = [place for place, entry in enumerate(order) if isinstance(entry, Path)]
    assert all((order[place - 1], order[place + 1]) == ("bytes", "folder") for place in named)
    files = {path for path in tmp_path.rglob("*") if path.is_file() and path.name not in {".lock", "metrics.csv"}}
    assert files == {order[place] for place in named}
    assert len(files) > 10


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("/dev/full/x", "/dev/full is not a folder"),
        ("file", "file is not a folder"),
        ("file/below", "file is not a folder"),
        ("dangling", "dangling is a link to nothing"),
        ("n" * 300, "the name is too long"),
    ],
)
def test_a_folder_that_cannot_be_is_refused_in_one_line_before_anything_is_written(
    out: str, why: str, fit: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to("nowhere")
    code, said = fit(f"out={out}")
    assert (code, said) == (4, f"error: cannot keep runs in {out}: {why}; choose another out=.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling", "file"]


def test_a_disk_that_runs_full_keeps_the_last_checkpoint_and_whole_rows(
    fit: Callable[..., tuple[int, str]], mounted: Callable[[str], Path]
) -> None:
    large = mounted("size=16m")
    assert fit(f"out={large}") == (0, "")
    enough = shutil.disk_usage(large).used
    checkpoints = 0
    for size in (4096, 16384, enough // 4, enough // 2, enough - 16384, enough - 4096):
        disk = mounted(f"size={size}")
        code, said = fit(f"out={disk}")
        assert code == 4 and said.count("\n") == 1, said
        assert ": the disk is full: " in said and "bytes are needed, " in said and said.endswith(" are free\n"), said
        assert not list(disk.rglob("summary.json"))
        assert not list(disk.rglob("*.tmp"))
        for checkpoint in disk.rglob("*.safetensors"):
            load(checkpoint)
            checkpoints += 1
        for log in disk.rglob("metrics.csv"):
            text = log.read_text()
            assert text.endswith("\n") and len({len(row) for row in csv.reader(text.splitlines())}) == 1
    assert checkpoints > 3


def test_a_limit_on_the_size_of_files_is_named_and_keeps_the_run_folder_whole(
    fit: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        code, said = fit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert code == 4 and said.count("\n") == 1, said
    assert "step_000010.safetensors: a file may not be that large here (ulimit -f" in said
    assert not list(tmp_path.rglob("*.tmp")) and not list(tmp_path.rglob("*.safetensors"))
