import hashlib
import multiprocessing
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from inr_cli.config.root import RunConfig
from inr_cli.engine.checkpoint import Progress, save
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training

NOTHING = hashlib.sha256().hexdigest()
STEPS = 3


@pytest.fixture(scope="session")
def checkpoint(configure: Callable[..., RunConfig], begin: Callable[..., Training]) -> Callable[..., Training]:
    """`checkpoint(path, "optimizer=sgd")` writes one of three steps, all that a run needs to go on with in it."""

    def written(path: Path, *words: str, steps: int = STEPS) -> Training:
        config, training = configure(*words), begin(*words)
        for step in range(steps):
            training.update(step)
        progress = Progress(seconds=0.5, metrics_bytes=0, metrics_sha256=NOTHING, state=training.state())
        save(path, training.field, config, open_picture(config).sha256, steps, progress)
        return training

    return written


@pytest.fixture
def side_by_side(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """`side_by_side(2, work)`: the exit codes of as many processes in which `work` is called, as torchrun has them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("MASTER_PORT", str(port))
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")

    def child(rank: int, count: int, work: Callable[[], None]) -> None:
        os.environ.update(RANK=str(rank), WORLD_SIZE=str(count), LOCAL_RANK=str(rank), LOCAL_WORLD_SIZE=str(count))
        work()

    def run(count: int, work: Callable[[], None]) -> list[int]:
        fork = multiprocessing.get_context("fork")
        processes = [fork.Process(target=child, args=(rank, count, work)) for rank in range(count)]
        for process in processes:
            process.start()
        for process in processes:
            process.join(timeout=60)
            process.kill()
        return [process.exitcode or 0 for process in processes]

    return run
