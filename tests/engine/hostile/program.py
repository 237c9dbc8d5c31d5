"""Renders files that mean harm with the real program, and says what that did: a process of its own, one may succeed.

    python program.py GOOD

Writes every file into the working folder. One line of JSON for each: its name, the exit code, what was said, the
seconds of the processor, and what was imported, run or written meanwhile.
"""

import contextlib
import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import foreign
import lies

from inr_cli.cli.main import main
from inr_cli.engine.check import ROOMS

MEMORY = 4 * 2**30
HARM = {"import", "exec", "compile", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect"}
seen: list[str] = []


def corpus(good: bytes) -> Iterator[Path]:
    for kind in (*foreign.KINDS, *lies.KINDS):
        for number, data in enumerate(kind(good)):
            file = Path(f"{kind.__name__}_{number:03d}.safetensors")
            file.write_bytes(data)
            yield file


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if event in HARM or writes:
        seen.append(f"{event} {str(arguments[:2])[:200]}")


def opened(file: Path) -> dict[str, Any]:
    seen.clear()
    started, said, code = time.process_time(), io.StringIO(), None
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            main(["render", str(file), "--size", "2", "--out", "rendered.png"])
    except SystemExit as end:
        code = end.code
    took = time.process_time() - started
    return {"file": file.name, "code": code, "said": said.getvalue(), "took": took, "seen": [*seen]}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    good = Path(sys.argv[1])
    files = list(corpus(good.read_bytes()))
    for room in ROOMS.values():  # what the program may import of its own, it has imported
        for name in room.names():
            room.find(name)
    assert [opened(file)["code"] for file in (good, Path(__file__), Path("nothing"))] == [0, 5, 2]
    sys.addaudithook(watch)
    assert any(event.startswith("open") for event in opened(good)["seen"])  # the picture: the hook does see
    for file in files:
        print(json.dumps(opened(file)))
