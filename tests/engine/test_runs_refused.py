"""Where no runs can be kept: found before anything is computed, said in one line."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from inr_cli.config.errors import OutputError
from inr_cli.engine import runs
from inr_cli.engine.runs import claim_job, claim_reproduction, claim_run, claim_sweep, require_writable

Claim = Callable[[Path], object]
CLAIMS: dict[str, Claim] = {
    "run": lambda out: claim_run(out, "cat", "gaussian"),
    "sweep": claim_sweep,
    "job": lambda out: claim_job(out, 0, "cat", "gaussian"),
    "reproduction": claim_reproduction,
    "probe": require_writable,
}
each_claim = pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)


def refused(claim: Claim, out: Path) -> str:
    with pytest.raises(OutputError) as caught:
        claim(out)
    message = str(caught.value)
    assert message.startswith(f"cannot keep runs in {out}")
    assert message.endswith("; choose another out=.")
    assert "\n" not in message
    return message


@each_claim
@pytest.mark.parametrize("below", ["", "/deeper/still"])
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("file", "file is not a folder"),
        ("file/in/it", "file is not a folder"),
        ("dangling", "dangling is a link to nothing"),
        ("circle", "circle is a link to nothing"),
        ("n" * 300, "the name is too long"),
        ("pipe", "pipe is not a folder"),
    ],
)
def test_what_stands_in_the_way_is_named(claim: Claim, place: str, below: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    assert why in refused(claim, Path(f"{tmp_path}/{place}{below}"))
    assert len(list(tmp_path.iterdir())) == 4


@each_claim
def test_a_read_only_disk_is_named(claim: Claim, mounted: Callable[[str], Path]) -> None:
    assert "the file system is read-only" in refused(claim, mounted("ro"))


@each_claim
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_without_permission_is_named(claim: Claim, mode: int, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=mode)
    assert "no permission" in refused(claim, tmp_path / "out")


def test_a_full_disk_is_found_before_there_is_a_run(mounted: Callable[[str], Path]) -> None:
    disk = mounted("size=16k")
    (disk / "filler").write_bytes(bytes(16 * 1024))
    assert "the disk is full: 4096 bytes are needed, 0 are free" in refused(require_writable, disk)
    assert [path.name for path in disk.iterdir()] == ["filler"]


def test_a_day_that_is_a_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class FrozenClock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "FrozenClock":
            return cls(2026, 1, 2, 3, 4, 5)

    monkeypatch.setattr(runs, "datetime", FrozenClock)
    (tmp_path / "2026-01-02").touch()
    assert "2026-01-02 is not a folder" in refused(CLAIMS["run"], tmp_path)


@pytest.mark.parametrize("out", ["out", "some/folders/deep/down"])
def test_a_folder_that_can_be_written_is_made_and_left_empty(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        require_writable(Path(out))
        assert (tmp_path / out).is_dir()
        assert not list((tmp_path / out).iterdir())


def test_a_claimed_folder_survives_a_power_cut_with_all_its_parents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, synced = os.fsync, set[int]()

    def fsync(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        folder = claim_sweep(tmp_path / "out")
    parents = [place for place in folder.parents if place.is_relative_to(tmp_path)]
    assert len(parents) == 4
    assert synced >= {place.stat().st_ino for place in parents}
