"""Run folders: claimed so that no two starts share one, found again by path or by `last`. Needs no torch."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from inr_cli.config.errors import ConfigError, OutputError
from inr_cli.signal.write import BLOCK, clean, reason, sync_folder, try_folder, write_json, write_text

LATEST = "latest"
LOG = "log.txt"
"""What a sweep's job said."""
SEARCH, RESULT, IMPORTANCE = "tune.db", "tune.json", "importance.png"
"""What a search remembers, what it found, and a picture of what mattered."""


class Aim(NamedTuple):
    """A figure of `summary.json` by which runs are compared, and whether more of it is better."""

    name: str
    rises: bool


def claim_run(out: Path, image: str, encoding: str) -> Path:
    """A new folder `<out>/<date>/<time>-<image>-<encoding>-<4 hex>`, pointed at by `<out>/latest`."""
    folder = _claim(out, datetime.now(), f"{_word(image)}-{_word(encoding)}-")
    point_latest(out, folder)
    return folder


def claim_sweep(out: Path) -> Path:
    """A new folder `<out>/sweeps/<date>/<time>-<4 hex>`, pointed at by `<out>/latest`."""
    folder = _claim(out / "sweeps", datetime.now(), "")
    point_latest(out, folder)
    return folder


def claim_reproduction(out: Path) -> Path:
    """A new folder `<out>/reproduce/<date>/<time>-<4 hex>`."""
    return _claim(out / "reproduce", datetime.now(), "")


def claim_report(out: Path) -> Path:
    """A new folder `<out>/reports/<date>/<time>-<4 hex>`."""
    return _claim(out / "reports", datetime.now(), "")


def claim_job(sweep: Path, number: int, image: str, encoding: str, sync: bool = True) -> Path:
    """The folder of one job of a sweep. Raises `OutputError` if it is taken."""
    folder = sweep / f"{number:03d}-{_word(image)}-{_word(encoding)}"
    try:
        _make(folder, sync)
    except FileExistsError:
        raise OutputError(f"cannot make {folder}: another job has it; start the sweep anew.") from None
    return folder


def require_writable(out: Path) -> None:
    """Find out whether runs can be kept in `out` before there is one; what is missing of the folder is made.

    Raises `OutputError`.
    """
    _make_parents(out / "run")
    clean(out, everywhere=False)
    try:
        try_folder(out)
    except OSError as error:
        raise _unusable(out, error) from None


def _claim(parent: Path, now: datetime, middle: str) -> Path:
    while True:
        folder = parent / f"{now:%Y-%m-%d}" / f"{now:%H-%M-%S}-{middle}{secrets.token_hex(2)}"
        try:
            _make(folder)
            return folder
        except FileExistsError:  # another start drew the same name within this second: draw again
            continue


def _make(folder: Path, sync: bool = True) -> None:
    """Make a folder that nobody had, in a way that survives a power cut. Raises `FileExistsError`, `OutputError`."""
    _make_parents(folder)
    try:
        folder.mkdir()
        if sync:
            sync_folder(folder.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise _unusable(folder, error) from None


def _make_parents(folder: Path) -> None:
    try:
        missing = list(takewhile(lambda place: not place.is_dir(), folder.parents))
        if missing:
            folder.parent.mkdir(parents=True, exist_ok=True)
        for place in missing:
            sync_folder(place.parent)
    except OSError as error:
        raise _unusable(folder.parent, error) from None


def _unusable(folder: Path, error: OSError) -> OutputError:
    """In words what keeps a folder from being made or used: mostly what stands in its place, or in a parent's."""
    places = (folder, *folder.parents)
    in_the_way = [place for place in places if os.path.lexists(place) and not os.path.isdir(place)]
    why = reason(error, next(filter(os.path.isdir, places), folder), BLOCK)
    if in_the_way:
        why = f"{in_the_way[0]} is {'not a folder' if in_the_way[0].exists() else 'a link to nothing'}"
    return OutputError(f"cannot keep runs in {folder}: {why}; choose another out=.")


def _word(text: str) -> str:
    """A file's or part's name made fit for a folder's name."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", Path(text).stem)[:40].strip("_") or "picture"


def point_latest(out: Path, folder: Path) -> None:
    """Make `<out>/latest`, a text file so that it works everywhere, name the newest run or sweep."""
    write_text(out / LATEST, f"{folder.relative_to(out).as_posix()}\n")


def resolve(name: str, out: Path) -> Path:
    """What a person calls a run: `last`, a run folder, a sweep folder, or a checkpoint file. Raises `ConfigError`."""
    if name != "last":
        path = find(name, out)
        if path is None:
            raise ConfigError(f"{name}: there is no such run or checkpoint; inr ls runs shows what there is.")
        return path
    try:
        name = (out / LATEST).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        name = ""
    if not name:
        raise ConfigError(f"last: there is no run in {out} yet; inr fit makes one, --runs DIR looks elsewhere.")
    newest = out / name
    if not newest.is_dir() or not newest.resolve().is_relative_to(out.resolve()):
        raise ConfigError(f"last: the newest run, {newest}, is gone; inr ls runs shows what there is.")
    return newest


def find(name: str, out: Path) -> Path | None:
    """The path itself, or the one that `inr ls runs` shows, seen from the folder of runs; None if there is neither."""
    try:
        places = [Path(name).expanduser(), out / name, *(day / name for day in out.glob("????-??-??"))]
        return next((place for place in places if place.exists()), None)
    except (OSError, RuntimeError):  # a name too long for the file system, or somebody's home that is not there
        return None


def checkpoint_of(path: Path) -> Path:
    """The checkpoint meant by a file, a run folder (its last) or a sweep folder (its best job's last)."""
    if path.is_file():
        return path
    if is_sweep(path):
        path = best_job(path)
    name = str(read_json(path / "run.json").get("checkpoint") or "")
    file = path / name
    if not name or not file.is_file():
        raise ConfigError(f"{path}: there is no finished checkpoint in this folder.")
    return file


def is_sweep(folder: Path) -> bool:
    """Whether the folder holds a sweep's jobs."""
    return (folder / "sweep.json").is_file()


def is_tune(folder: Path) -> bool:
    """Whether the folder holds a search's trials: a sweep whose jobs are asked for one after another."""
    return is_sweep(folder) and (folder / SEARCH).is_file()


def best_job(sweep: Path) -> Path:
    """The sweep's job of the highest `rank`."""
    aim = aim_of(sweep)
    ranks = [(rank(read_json(job / "summary.json"), aim), job) for job in jobs_of(sweep)]
    done = [(place, job) for place, job in ranks if place is not None]
    if not done:
        raise ConfigError(f"{sweep}: no job of this sweep has finished.")
    return max(done, key=lambda one: one[0])[1]


def aim_of(sweep: Path) -> Aim | None:
    """What a search made as good as it could, by its `tune.json`; None of any other sweep."""
    found = read_json(sweep / RESULT)
    name = found.get("target")
    return Aim(name, found.get("better") != "lower") if isinstance(name, str) else None


def rank(summary: Mapping[str, Any], aim: Aim | None = None) -> tuple[bool, float] | None:
    """A finished run among others, the higher the better: by `aim`; None if it has no such figure.

    Without one it is the PSNR of what the task shows, never of what it hides, and where the task shows no colours the
    loss, the lower the better.
    """
    if aim:
        value = summary.get(aim.name)
        return (True, value if aim.rises else -value) if isinstance(value, int | float) else None
    psnr, loss = summary.get("psnr"), summary.get("loss")
    if isinstance(psnr, float):
        return True, psnr
    return (False, -loss) if isinstance(loss, float) else None


def jobs_of(sweep: Path) -> list[Path]:
    """The job folders of a sweep in order."""
    return sorted(path.parent for path in sweep.glob("*/run.json"))


def runs(out: Path) -> Iterator[Path]:
    """Every run folder below `out`, newest first; a sweep's jobs stand under their sweep."""
    places = [*out.glob("????-??-??/*/run.json"), *out.glob("sweeps/????-??-??/*/*/run.json")]
    yield from sorted((place.parent for place in places), key=_start, reverse=True)


def _start(run: Path) -> str:
    return str(read_json(run / "run.json").get("started", ""))


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file's table, or an empty one where the file is missing or torn: a listing goes on without it."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def set_status(folder: Path, **news: Any) -> None:
    """Update `run.json`."""
    write_json(folder / "run.json", read_json(folder / "run.json") | news)
