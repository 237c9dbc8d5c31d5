import hashlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from inr_cli.cli.main import main
from inr_cli.config.errors import DatasetError, PictureError
from inr_cli.dataset import _download, datasets
from inr_cli.dataset._download import Download
from inr_cli.signal.encode import encode_picture
from inr_cli.signal.read import read_picture

pytest.importorskip("pooch")
# pooch leaves the socket of a broken answer to the garbage collector
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

Make = Callable[..., Download]
Answer = Callable[[BaseHTTPRequestHandler], None]


def png(seed: int = 0) -> bytes:
    """A small picture's file."""
    return encode_picture(np.random.default_rng(seed).integers(0, 256, (24, 40, 3), dtype=np.uint8), ".png")


def send(data: bytes, announce: int | None = None, status: int = 200) -> Answer:
    """Answers with these bytes, after announcing as many or another number."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(data) if announce is None else announce))
        request.end_headers()
        request.wfile.write(data)

    return answer


class Source:
    """A web server whose answers a test chooses; it remembers the paths it was asked for."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[str] = []
        self.over = threading.Event()
        source = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                source.asked.append(self.path)
                source.answers[min(len(source.asked), len(source.answers)) - 1](self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def silence(self, request: BaseHTTPRequestHandler) -> None:
        """Takes the question and says nothing until the test is over."""
        self.over.wait(20)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """A running source, reached without any proxy of the machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    source = Source()
    thread = threading.Thread(target=source.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield source
    source.over.set()
    source.server.shutdown()
    source.server.server_close()
    thread.join()


@pytest.fixture
def pictures(tmp_path: Path) -> Make:
    """Makes a dataset of one picture, `one`, that lies at an address."""

    def make(address: str = "http://127.0.0.1:1/", data: bytes = png(), root: Path | None = None) -> Download:
        table = tmp_path / "table.csv"
        sha256 = hashlib.sha256(data).hexdigest()
        table.write_text(f"name,file,path,sha256,bytes\none,set/01.png,half/1.png,{sha256},{len(data)}\n")

        class Pictures(Download):
            pass

        Pictures.table, Pictures.address = table, address
        return Pictures(Pictures.Spec(name="pictures", root=str(root) if root else None), seed=0)

    return make


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """pooch waits 1 s, then 2 s, before it tries again."""
    monkeypatch.setattr(time, "sleep", lambda _: None)


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# Downloading


def test_a_picture_is_fetched_once(source: Source, pictures: Make, cache: Path, tmp_path: Path) -> None:
    source.answers = [send(png())]
    first, again = (pictures(source.address).open("one", None) for _ in range(2))
    (tmp_path / "same.png").write_bytes(png())
    assert np.array_equal(first.pixels, read_picture(tmp_path / "same.png").pixels)
    assert np.array_equal(again.pixels, first.pixels)
    assert first.name == "one"
    assert source.asked == ["/half/1.png"]
    assert left(cache) == ["set/01.png"]


@pytest.mark.parametrize("bad", [send(b"", status=503), send(png()[:99], announce=len(png())), send(png(1))])
def test_the_third_try_counts_as_well_as_the_first(bad: Callable[..., None], source: Source, pictures: Make) -> None:
    source.answers = [bad, bad, send(png())]
    assert pictures(source.address).open("one", None).height == 24
    assert len(source.asked) == 3


def hang_up(request: BaseHTTPRequestHandler) -> None:
    """Ends the connection without a word."""
    request.close_connection = True


def mumble(request: BaseHTTPRequestHandler) -> None:
    """Says what is no answer."""
    request.wfile.write(b"what?\r\n\r\n")


def send_on(request: BaseHTTPRequestHandler) -> None:
    """Sends you elsewhere, and from there to the same place again."""
    request.send_response(302)
    request.send_header("Location", "/elsewhere")
    request.end_headers()


FAILURES = {
    "not found": ("HTTP 404", lambda _: send(b"gone", status=404)),
    "server error": ("HTTP 500", lambda _: send(png(), status=500)),
    "half a file": ("only a part came", lambda _: send(png()[:300], announce=len(png()))),
    "nothing": ("only a part came", lambda _: send(b"", announce=len(png()))),
    "other bytes": ("other bytes came", lambda _: send(png(1))),
    "too many bytes": ("other bytes came", lambda _: send(png() + bytes(100_000))),
    "no answer": ("timed out", lambda source: source.silence),
    "no word": ("no connection", lambda _: hang_up),
    "no HTTP": ("no connection", lambda _: mumble),
    "redirection": ("only redirects", lambda _: send_on),
}


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize("before", [None, png(2)], ids=["nothing before", "other bytes before"])
def test_a_failure_says_what_a_person_needs_and_leaves_nothing_under_the_name(
    case: str, before: bytes | None, source: Source, pictures: Make, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_download, "TO_ANSWER", 0.1)
    why, answer = FAILURES[case]
    source.answers = [answer(source)]
    if before:
        (cache / "set").mkdir(parents=True)
        (cache / "set/01.png").write_bytes(before)
    with pytest.raises(DatasetError) as caught:
        pictures(source.address).open("one", None)
    sha256 = hashlib.sha256(png()).hexdigest()
    url, path = f"{source.address}half/1.png", cache / "set/01.png"
    assert str(caught.value) == f"no download ({why}): save {url} as {path} (sha256 {sha256})"
    assert source.asked.count("/half/1.png") == 3
    assert left(cache) == (["set/01.png.bad"] if before else [])
    assert not before or (cache / "set/01.png.bad").read_bytes() == before


def test_a_refused_connection_is_a_failure_too(pictures: Make) -> None:
    with socket.socket() as nobody:  # bound but not listening: nobody else can take the port meanwhile
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(DatasetError, match="no connection"):
            pictures(f"http://127.0.0.1:{nobody.getsockname()[1]}/").open("one", None)


@pytest.mark.parametrize(
    "words",
    [
        [b"HTTP/1.0 200 OK\r\nContent-Length: 200000\r\n\r\n", b"x" * 1024],
        [b"HTTP/1.0 200 OK\r\nContent-Length: 200000\r\n\r\n", b"x"],
        [b"HTTP/1.0 200 OK\r\n", b"X"],
        [b"", b"H"],
    ],
    ids=["kilobytes", "bytes", "a header that does not end", "an answer that does not begin"],
)
def test_a_trickle_ends_with_the_time_for_all_tries(
    words: list[bytes], source: Source, pictures: Make, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_download, "IN_ALL", 0.3)

    def trickle(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(words[0])
        with suppress(OSError):  # the other side had enough
            while not source.over.wait(0.03):
                request.wfile.write(words[1])

    source.answers = [trickle]
    with pytest.raises(DatasetError, match="timed out"):
        pictures(source.address, np.random.default_rng(0).bytes(200_000)).open("one", None)
    assert len(source.asked) == 1
    assert left(cache) == []


def test_a_file_that_was_put_there_by_hand_needs_no_network_and_no_pooch(
    pictures: Make, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    (cache / "set").mkdir(parents=True)
    (cache / "set/01.png").write_bytes(png())
    assert pictures().open("one", None).height == 24


def test_other_bytes_in_the_cache_are_put_aside(source: Source, pictures: Make, cache: Path) -> None:
    (cache / "set").mkdir(parents=True)
    (cache / "set/01.png").write_bytes(png(1))
    source.answers = [send(png())]
    assert pictures(source.address).open("one", None).sha256 == hashlib.sha256(png()).hexdigest()
    assert left(cache) == ["set/01.png", "set/01.png.bad"]
    assert (cache / "set/01.png.bad").read_bytes() == png(1)


def test_a_good_file_is_never_asked_for_again(source: Source, pictures: Make, cache: Path) -> None:
    (cache / "set").mkdir(parents=True)
    (cache / "set/01.png").write_bytes(png())
    pictures(source.address).open("one", None)
    assert source.asked == []


def test_a_cache_that_is_a_file_says_what_to_change(pictures: Make, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(DatasetError, match=r"its parent is not a folder; INR_CACHE=DIR") as caught:
        pictures().open("one", None)
    assert str(cache / "set/01.png") in str(caught.value)


@pytest.mark.parametrize(("options", "why"), [("ro", "read-only"), ("size=4k", "the disk is full: ")])
def test_a_cache_that_cannot_be_written_says_why(
    options: str,
    why: str,
    source: Source,
    pictures: Make,
    mounted: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = mounted(options)
    monkeypatch.setenv("INR_CACHE", str(disk))
    large = np.random.default_rng(0).bytes(50_000)
    source.answers = [send(large)]
    with pytest.raises(DatasetError, match=why) as caught:
        pictures(source.address, large).open("one", None)
    assert str(disk / "set/01.png") in str(caught.value)
    assert left(disk) == []


def test_the_command_line_says_it_in_one_line_and_exits_with_6(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["fit", "dataset=kodak", "image=kodim01", "steps=1"])
    line = capfd.readouterr().err
    assert ended.value.code == 6
    assert line.startswith("error: no download (no connection): save https://")
    assert line.count("\n") == 1 and line.endswith(")\n")
    assert str(cache / "kodak/kodim01.png") in line
    assert not (tmp_path / "outputs").exists()


def test_without_pooch_one_line_says_what_to_install(pictures: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(DatasetError, match=r"pip install 'inr-cli\[data\]'"):
        pictures().open("one", None)


# A folder that has the files


@pytest.mark.parametrize("place", ["set/01.png", "half/1.png", "01.png"])
def test_a_folder_may_be_laid_out_as_the_cache_as_the_source_or_flat(
    place: str, pictures: Make, tmp_path: Path
) -> None:
    file = tmp_path / "mine" / place
    file.parent.mkdir(parents=True)
    file.write_bytes(png())
    assert pictures(root=tmp_path / "mine").open("one", None).name == "one"


def test_another_picture_under_the_name_is_refused(pictures: Make, tmp_path: Path) -> None:
    (tmp_path / "01.png").write_bytes(png(1))
    with pytest.raises(DatasetError) as caught:
        pictures(root=tmp_path).open("one", None)
    assert hashlib.sha256(png(1)).hexdigest()[:12] in str(caught.value)
    assert hashlib.sha256(png()).hexdigest()[:12] in str(caught.value)
    assert "image=FILE" in str(caught.value)


def test_a_folder_without_the_file_says_what_it_looked_for(pictures: Make, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"has no set/01\.png, nor half/1\.png"):
        pictures(root=tmp_path).open("one", None)


# The tables

DOWNLOADED = [name for name in datasets.names() if issubclass(datasets.find(name), Download)]


@pytest.mark.parametrize("name", DOWNLOADED)
def test_a_table_is_complete_and_every_message_short(name: str) -> None:
    part = datasets.find(name)
    entries = part.entries()
    for entry in entries.values():
        assert len(bytes.fromhex(entry.sha256)) == 32
        assert 1_000 < entry.bytes < 2_000_000
        path = Path("/home/a_long_name/.cache/inr-cli", entry.file)
        message = _download._by_hand(part.address + entry.path, path, entry.sha256, "other bytes came")
        assert len(message) <= 300
    for column in ("file", "path", "sha256"):
        assert len({getattr(entry, column) for entry in entries.values()}) == len(entries)


@pytest.mark.parametrize("name", DOWNLOADED)
def test_an_unknown_name_is_answered_with_the_nearest(name: str) -> None:
    part = datasets.find(name)
    known = part.names()[0]
    with pytest.raises(PictureError) as caught:
        part(part.Spec(name=name, root=None), 0).open(f"{known}x", None)
    assert f"Did you mean '{known}" in str(caught.value)
    assert len(str(caught.value)) <= 300
