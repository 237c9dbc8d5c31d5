"""Jobs in processes of their own, some at a time: what ends one, `sys.exit`, a crash or the kernel, ends no other.

A server imports the heavy libraries once, in one thread and without a look at any GPU, and is copied for every job in
hundredths of a second. (A process that has used its threads or a GPU could not be copied.)
"""

from __future__ import annotations

import atexit
import faulthandler
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm import tqdm

from inr_cli.cli.places import Place
from inr_cli.config.errors import OutputError, Stopped
from inr_cli.engine.runs import LOG
from inr_cli.engine.stop import SIGNALS, Stop

PRELOADED = ["torch", "torch._dynamo", "torchmetrics", "inr_cli.engine.resume", "inr_cli.cli.main", "inr_cli.cli.sweep"]
GRACE = 10.0
"""Seconds that a job has to save itself when it is to end."""
LOOK = 0.1
"""Seconds between two looks at whether somebody asked for an end."""

Work = Callable[[Path], int]
Ended = Callable[[Path, int], None]
Look = Callable[[Sequence[Path]], Collection[Path]]


@dataclass
class Running:
    """A job's process, its folder, and the place it takes up among those that run at a time."""

    process: ForkServerProcess
    folder: Path
    place: Place
    is_asked: bool = False
    """Whether it is to end. Asked twice it would not save itself."""

    def ask(self) -> None:
        """Let it save itself and end."""
        if not self.is_asked:
            self.process.terminate()
        self.is_asked = True


def run_jobs(
    work: Work,
    folders: Iterable[Path],
    places: Sequence[Place],
    ended: Ended,
    stop: Stop,
    look: Look = lambda running: (),
) -> None:
    """Call `work` for every folder in a process of its own, in order, as many at a time as there are places.

    The next folder is asked for when a place is free. `work` returns the exit code, and `ended` is told it, that of a
    signal negative. A place is what its jobs find in their environment besides what the sweep has there, a GPU for
    instance. `look` is told which jobs run, many times a second, and says which of them are to end. Once somebody has
    asked for an end, all running jobs are asked, too, and none is begun any more.
    """
    waiting, free, running = iter(folders), deque(places), dict[Any, Running]()
    try:
        ready = warm_up()
        while ready.is_alive() and stop.number is None:
            ready.join(LOOK)
        while stop.number is None:
            while free and (folder := next(waiting, None)):
                job = _start(work, folder, free.popleft())
                running[job.process.sentinel] = job
            if not running:
                break
            for sentinel in wait(running, LOOK):
                job = running.pop(sentinel)
                free.append(job.place)
                ended(job.folder, _exit_code(job.process))
            unwanted = look([job.folder for job in running.values()])
            for job in running.values():
                if job.folder in unwanted:
                    job.ask()
    finally:
        _end(running.values())


def warm_up() -> threading.Thread:
    """Start the server, if there is none yet; the thread ends when it has imported everything."""
    atexit.register(_dismiss)
    thread = threading.Thread(target=_warm_up, daemon=True)
    thread.start()
    return thread


def _warm_up() -> None:
    with suppress(OSError, EOFError):  # too many processes, say: the first job meets the same where it can be told
        _begin_server()


def _begin_server() -> None:
    resource_tracker.ensure_running()  # it lifts whatever block it finds
    # The server inherits the block: Ctrl-C reaches all that runs in a terminal, and must end neither it nor a copy
    # that has just been made.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's, which starts threads as soon as it is imported
    forkserver.ensure_running()
    first = context.Process(target=_nothing, daemon=True)
    first.start()
    first.join()


def _dismiss() -> None:
    """End a server that may still be importing, and would keep the pipes of this program open until it has."""
    server = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if server is not None:
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGKILL)


def _nothing() -> None:
    """What the first process does: it can only be begun when the server is ready."""


def _start(work: Work, folder: Path, place: Place) -> Running:
    process = multiprocessing.get_context("forkserver").Process(target=_job, args=(work, folder, dict(place)))
    deadline = time.monotonic() + GRACE
    while process.pid is None:
        try:
            process.start()
        except (ConnectionError, EOFError):  # a server that was killed is replaced once the system knows it as dead
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK)
    return Running(process, folder, place)


def _exit_code(process: ForkServerProcess) -> int:
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _end(jobs: Collection[Running]) -> None:
    """Let them save themselves, and end after a while those that did not."""
    for job in jobs:
        job.ask()
    deadline = time.monotonic() + GRACE
    for job in jobs:
        job.process.join(max(0.0, deadline - time.monotonic()))
        job.process.kill()
        job.process.join()


def _job(work: Work, folder: Path, place: Place) -> None:
    """The whole of a job's process. What it says goes to `log.txt`, and where it crashed, too."""
    os.setsid()  # out of reach of the terminal's Ctrl-C
    os.environ.update(place)
    try:
        log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    except OSError:  # whoever settles the job meets the same, and tells
        sys.exit(OutputError.code)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    faulthandler.enable()
    tqdm.set_lock(threading.RLock())  # its own is a semaphore of the system's, which a crash would leave behind
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    for number in SIGNALS:
        signal.signal(number, _unwind)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    sys.exit(work(folder))


def _unwind(number: int, _: FrameType | None) -> None:
    raise Stopped(number)


def _follow(server: int) -> None:
    """Do not outlive the sweep, nor the server: save and end."""
    sweep = multiprocessing.parent_process()
    assert sweep is not None
    while not wait([sweep.sentinel], timeout=1.0) and os.getppid() == server:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)
