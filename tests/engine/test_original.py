"""The picture behind a checkpoint: known to its run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.config.errors import PictureError
from inr_cli.engine.checkpoint import load, save
from inr_cli.engine.original import configuration, original
from inr_cli.engine.train import Run, train


@pytest.fixture
def run(tmp_path: Path, configure: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run on a file of its own, named by its whole path."""
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(tmp_path / "mine.png")
    monkeypatch.chdir(tmp_path)
    words = ("dataset=file", f"image={tmp_path / 'mine.png'}", "steps=1", f"out={tmp_path / 'runs'}")
    return train(configure(*words))  # type: ignore[arg-type]


@pytest.mark.parametrize("place", ["checkpoints/step_000001.safetensors", "compressed-8bit.inr"])
def test_it_is_found_from_wherever_the_file_lies_in_the_run(
    run: Run, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, meta = load(run.path / "checkpoints/step_000001.safetensors")
    assert meta.config.image == "mine.png"
    monkeypatch.chdir(run.path)
    assert original(run.path / place, meta).pixels.shape == (8, 8, 1)
    assert original(Path(place), meta).sha256 == meta.picture.sha256
    assert configuration(Path(place), meta).image == str(tmp_path / "mine.png")


def test_elsewhere_the_checkpoints_own_words_have_to_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    field, meta = load(run.path / "checkpoints/step_000001.safetensors")
    (tmp_path / "elsewhere").mkdir()
    alone = tmp_path / "elsewhere/a.safetensors"
    save(alone, field, meta.config, meta.picture.sha256, 1)
    assert configuration(alone, meta) == meta.config
    monkeypatch.chdir(alone.parent)
    with pytest.raises(PictureError):
        original(alone, meta)


def test_a_picture_that_changed_is_another(run: Run, tmp_path: Path) -> None:
    checkpoint = run.path / "checkpoints/step_000001.safetensors"
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / "mine.png")
    with pytest.raises(PictureError, match="has changed since it was fitted"):
        original(checkpoint, load(checkpoint)[1])
