"""Datasets whose files are known one by one: fetched on first use, or taken from a folder that has them already.

Such a dataset is a module with a class of a few lines and, beside it, a table of the same name ending in `.csv`: a
picture's name, its file in our cache, its path at the source, and the sha256 and number of its bytes. A file with other
bytes is never used, wherever it lies: another picture under a known name would make figures nobody can repeat.
"""

from __future__ import annotations

import csv
import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.config.errors import DatasetError, PictureError, listing, near
from inr_cli.dataset import Dataset
from inr_cli.signal.picture import Picture
from inr_cli.signal.read import read_picture

TRIES = 3
TO_CONNECT, TO_ANSWER = 5.0, 10.0  # seconds
IN_ALL = 40.0  # seconds after which no try goes on or begins; the last one may take 15 more


class Entry(NamedTuple):
    """One picture of a table."""

    name: str
    file: str
    path: str
    sha256: str
    bytes: int


class Download(Dataset):
    """A dataset with a table of its files."""

    class Spec(config.Spec):
        """Where the files are, if they are here already."""

        root: str | None = Field(description="a folder that has the files; null = download each on first use")

    spec: Spec
    table: ClassVar[Path]
    address: ClassVar[str]
    """What the address of every file begins with."""

    @classmethod
    def entries(cls) -> dict[str, Entry]:
        """The table, by the pictures' names and in their order."""
        with cls.table.open(newline="", encoding="utf-8") as lines:
            next(lines)  # the columns' names
            rows = csv.reader(lines)
            return {name: Entry(name, file, path, sha, int(size)) for name, file, path, sha, size in rows}

    @classmethod
    def names(cls) -> list[str]:
        """Every picture, in the set's own order."""
        return list(cls.entries())

    def open(self, name: str, color_max: float | None) -> Picture:
        """The picture of that name. Raises `PictureError` for an unknown one, `DatasetError` where it is not to be had.

        With `root` it is looked for there under its name in our cache (kodak/kodim01.png), its path at the source, or
        its bare name.
        """
        entries = self.entries()
        if name not in entries:
            known = f"choose {listing(entries)}.{near(name, entries)}"
            raise PictureError(f"no picture '{name[:60]}' in dataset {self.spec.name}; {known}")
        entry = entries[name]
        path = self._in_root(entry, self.spec.root) if self.spec.root else self._in_cache(entry)
        return replace(read_picture(path, color_max), name=name)

    def _in_root(self, entry: Entry, root: str) -> Path:
        folder = Path(root).expanduser()
        places = [folder / entry.file, folder / entry.path, folder / Path(entry.file).name]
        found = [place for place in places if place.is_file()]
        for place in found:
            if _sha256(place) == entry.sha256:
                return place
        if found:
            raise DatasetError(
                f"{found[0]} is not {self.spec.name}'s {entry.name}: sha256 {_sha256(found[0])[:12]}..., expected "
                f"{entry.sha256[:12]}...; image=FILE fits any file as it is"
            )
        raise DatasetError(f"dataset.root={root}: has no {entry.file}, nor {entry.path}; null downloads it")

    def _in_cache(self, entry: Entry) -> Path:
        path = self._cache() / entry.file
        if not (path.is_file() and _sha256(path) == entry.sha256):
            self._fetch(entry, path)
        return path

    def _cache(self) -> Path:
        chosen = os.environ.get("INR_CACHE")
        return Path(chosen).expanduser().absolute() if chosen else Path(self._pooch().os_cache("inr-cli"))

    def _fetch(self, entry: Entry, path: Path) -> None:
        """Download to a file beside `path` that takes its name only if its bytes are right."""
        pooch = self._pooch()
        limits = _Limits(entry.bytes)
        once = pooch.HTTPDownloader(progressbar=limits, timeout=(TO_CONNECT, TO_ANSWER))

        def within_limits(*try_: Any) -> None:
            limits.start()
            once(*try_)

        registry, urls = {path.name: f"sha256:{entry.sha256}"}, {path.name: self.address + entry.path}
        shelf = pooch.create(path.parent, "", registry=registry, urls=urls, retry_if_failed=TRIES - 1)
        pooch.get_logger().setLevel("WARNING")  # one line in the end says more than three on the way
        try:
            shelf.fetch(path.name, downloader=within_limits)
        except (OSError, ValueError) as error:
            raise DatasetError(_by_hand(self.address + entry.path, path, entry.sha256, _reason(error))) from None

    def _pooch(self) -> Any:
        try:
            import pooch
        except ImportError:
            raise DatasetError(
                f"dataset={self.spec.name}: to download needs a package more: pip install 'inr-cli[data]'; or give "
                "dataset.root=DIR"
            ) from None
        return pooch


class _Limits:
    """A progress bar that ends what takes too long or brings too much; pooch tells it of every kilobyte."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.total = 0  # what the server announces: not believed
        self.ends = time.monotonic() + IN_ALL

    def start(self) -> None:
        """A new try, if there is time for one."""
        self.came = 0
        self.update(0)

    def update(self, count: int) -> None:
        """So many bytes more. Raises `TimeoutError`, `ValueError`."""
        self.came += count
        if time.monotonic() > self.ends:
            raise TimeoutError
        if self.came >= self.size + 1024:  # the last kilobyte counts in full
            raise ValueError("too many bytes")

    def reset(self) -> None:
        """All came: pooch counts once more, to fill the bar."""
        self.came = -max(0, self.total)

    def close(self) -> None:
        """Nothing to put away."""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_hand(url: str, path: Path, sha256: str, reason: str) -> str:
    """Everything that a person needs to put the file there, and nothing else: addresses are long."""
    return f"no download ({reason}): save {url} as {path} (sha256 {sha256})"


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"HTTP {error.response.status_code}"
    if isinstance(error, TimeoutError | requests.Timeout):
        return "timed out"
    if isinstance(error, requests.RequestException):
        return "no connection"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "other bytes came"
