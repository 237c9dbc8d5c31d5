"""Datasets whose files are known one by one: fetched on first use, or taken from a folder that has them already.

Such a dataset is a module with a class of a few lines and, beside it, a table of the same name ending in `.csv`: a
picture's name, its file in our cache, its path at the source, and the sha256 and number of its bytes. A file with other
bytes is never used, wherever it lies: another picture under a known name would make figures nobody can repeat. Where
one lies in our cache, perhaps put there by hand, its name gets a `.bad` at the end; what came so over the network is
thrown away, it can be had again.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar, NamedTuple

from pydantic import Field

from inr_cli.config import spec as config
from inr_cli.config.errors import DatasetError, PictureError, listing, near
from inr_cli.dataset import Dataset
from inr_cli.signal.digest import sha256_of
from inr_cli.signal.picture import Picture
from inr_cli.signal.read import read_picture
from inr_cli.signal.write import reason

TRIES = 3
TO_CONNECT, TO_ANSWER = 5.0, 10.0  # seconds
IN_ALL = 55.0  # seconds after which no try goes on or begins


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
            if sha256_of(place) == entry.sha256:
                return place
        if found:
            raise DatasetError(
                f"{found[0]} is not {self.spec.name}'s {entry.name}: sha256 {sha256_of(found[0])[:12]}..., expected "
                f"{entry.sha256[:12]}...; image=FILE fits any file as it is"
            )
        raise DatasetError(f"dataset.root={root}: has no {entry.file}, nor {entry.path}; null downloads it")

    def _in_cache(self, entry: Entry) -> Path:
        path = self._cache() / entry.file
        try:
            if path.is_file():
                if sha256_of(path) == entry.sha256:
                    return path
                path.replace(path.with_name(f"{path.name}.bad"))
            self._fetch(entry, path)
        except OSError as error:
            why = reason(error, path.parent, entry.bytes)
            raise DatasetError(f"cannot keep a picture as {path}: {why}; INR_CACHE=DIR names another folder") from None
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
            _until(limits.ends, lambda: once(*try_))

        url = self.address + entry.path
        registry, urls = {path.name: f"sha256:{entry.sha256}"}, {path.name: url}
        shelf = pooch.create(path.parent, "", registry=registry, urls=urls, retry_if_failed=TRIES - 1)
        pooch.get_logger().setLevel("WARNING")  # one line in the end says more than three on the way
        try:
            shelf.fetch(path.name, downloader=within_limits)
        except _failures() as error:
            raise DatasetError(_by_hand(url, path, entry.sha256, _why(error))) from None

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


def _until(end: float, work: Callable[[], None]) -> None:
    """Work that is given up at a moment of the monotonic clock, whatever it waits for. Raises `TimeoutError`.

    The network's own time limits begin anew with every byte and every redirection, and looking up a name has none.
    """
    done: Future[None] = Future()

    def watched() -> None:
        try:
            work()
            done.set_result(None)
        except BaseException as error:
            done.set_exception(error)

    Thread(target=watched, daemon=True).start()
    done.result(timeout=max(0.0, end - time.monotonic()))


def _by_hand(url: str, path: Path, sha256: str, why: str) -> str:
    """Everything that a person needs to put the file there, and nothing else: addresses are long."""
    return f"no download ({why}): save {url} as {path} (sha256 {sha256})"


def _failures() -> tuple[type[Exception], ...]:
    """What the network does to us, as against our own disk."""
    from requests import RequestException

    return RequestException, TimeoutError, ValueError


def _why(error: Exception) -> str:
    """The first of these words that fits: each kind is one of those after it as well."""
    from requests import exceptions as kinds

    if isinstance(error, kinds.HTTPError) and error.response is not None:
        return f"HTTP {error.response.status_code}"
    words: dict[type[Exception] | tuple[type[Exception], ...], str] = {
        (TimeoutError, kinds.Timeout): "timed out",
        kinds.TooManyRedirects: "only redirects",
        kinds.ChunkedEncodingError: "only a part came",
        kinds.RequestException: "no connection",
        Exception: "other bytes came",
    }
    return next(word for kind, word in words.items() if isinstance(error, kind))
