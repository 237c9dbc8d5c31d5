import hashlib
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
