from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.logger import Logger, loggers


@pytest.fixture
def make() -> Callable[[str], Logger]:
    """A logger by its name."""
    return lambda name: loggers.make(loggers.spec({"name": name}))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A PNG file of noise."""
    file = tmp_path / "step_000010.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)).save(file)
    return file
