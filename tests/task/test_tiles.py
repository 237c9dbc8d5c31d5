from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import torch

from inr_cli.config.errors import PictureError
from inr_cli.config.root import RunConfig
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.signal import tiles as signal
from inr_cli.signal.grid import coordinate
from inr_cli.signal.metrics import psnr
from inr_cli.task.tiles import Tiles

HEIGHT, WIDTH = 45, 62
RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.permutation(2**16)[: HEIGHT * WIDTH].reshape(HEIGHT, WIDTH).astype(np.uint16)
"""Every pixel has a colour of its own, which tells where it stands."""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(signal, "THINNED", 300)
    path = tmp_path / "picture.tif"
    tifffile.imwrite(path, PICTURE, tile=(16, 16), compression="zlib")
    return path


MANY = 10 * HEIGHT * WIDTH
"""Pixels that a long run draws."""


def task_of(file: Path, at_once: int = 700, kind: Any = "centre", seed: int = 0) -> Tiles:
    tiles = signal.Tiles(file)
    thinned = torch.from_numpy(tiles.thinned())
    task = Tiles(Tiles.Spec(name="tiles", at_once=at_once), thinned, kind, torch.Generator().manual_seed(seed), tiles)
    task.advance(0, MANY)
    return task


def numbers(task: Tiles) -> np.ndarray:
    """Which pixels are in memory."""
    return numbers_of(task.targets)


def numbers_of(targets: torch.Tensor) -> np.ndarray:
    """Which pixels have these colours."""
    colours = np.rint(targets.numpy().ravel() * 65_535).astype(int)
    where = np.zeros(2**16, int)
    where[PICTURE.ravel()] = np.arange(PICTURE.size)
    return where[colours]


@pytest.mark.parametrize("kind", ["centre", "left", "corner"])
def test_a_colour_lies_where_its_pixel_does_in_the_whole_picture(file: Path, kind: Any) -> None:
    task = task_of(file, kind=kind)
    assert task.coords.shape == (700, 2)
    rows, columns = np.divmod(numbers(task), WIDTH)
    places = np.stack([coordinate(rows, HEIGHT, kind), coordinate(columns, WIDTH, kind)], axis=-1)
    np.testing.assert_allclose(task.coords.numpy(), places, atol=1e-6)


@pytest.mark.parametrize("at_once", [100, 700, 2000, HEIGHT * WIDTH])
def test_every_pixel_comes_once_before_any_comes_again(file: Path, at_once: int) -> None:
    task = task_of(file, at_once)
    seen = []
    for window in range(-(-2 * PICTURE.size // at_once)):
        task.advance(window * at_once, MANY)
        assert len(task.coords) == at_once
        seen.append(numbers(task))
    first, second = np.concatenate(seen)[: 2 * PICTURE.size].reshape(2, -1)
    np.testing.assert_array_equal(np.sort(first), np.arange(PICTURE.size))
    np.testing.assert_array_equal(np.sort(second), np.arange(PICTURE.size))
    assert not np.array_equal(first, second), "in another order"


def test_what_is_in_memory_follows_from_how_many_were_drawn_and_from_the_seed(file: Path) -> None:
    going, jumping = task_of(file), task_of(file)
    for drawn in range(0, 7000, 50):
        going.advance(drawn, MANY)
    jumping.advance(6950, MANY)
    assert torch.equal(going.targets, jumping.targets)
    assert torch.equal(going.coords, jumping.coords)
    assert not torch.equal(task_of(file).targets, task_of(file, seed=1).targets)


def test_nothing_is_read_until_another_tile_is_due(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = task_of(file)
    monkeypatch.setattr(task.tiles, "read", None)
    task.advance(699, MANY)
    with pytest.raises(TypeError):
        task.advance(700, MANY)


def test_the_field_is_compared_with_evenly_spaced_pixels_where_they_are(file: Path) -> None:
    task = task_of(file)
    every = task.tiles.every
    assert every == 4
    np.testing.assert_allclose(task.truth[..., 0], PICTURE[::4, ::4] / np.float32(65_535), rtol=1e-6)
    np.testing.assert_array_equal(task.lines[0], coordinate(np.arange(0, HEIGHT, 4), HEIGHT, "centre"))
    np.testing.assert_array_equal(task.lines[1], coordinate(np.arange(0, WIDTH, 4), WIDTH, "centre"))
    rendered = RANDOM.uniform(0, 1, task.truth.shape).astype(np.float32)
    assert task.judge(rendered, None)["psnr"] == pytest.approx(psnr(rendered, task.truth))  # type: ignore[arg-type]
    assert float(task.error(torch.from_numpy(rendered))) == pytest.approx(((rendered - task.truth) ** 2).mean())


def test_a_short_run_sees_some_of_every_tile(file: Path) -> None:
    task = task_of(file, at_once=300)
    seen = []
    for drawn in range(0, 900, 300):
        task.advance(drawn, 900)
        seen.append(numbers(task))
    seen = np.concatenate(seen)
    assert len(np.unique(seen)) >= 890, "each at most once, but for what rounding adds"
    rows, columns = np.divmod(seen, WIDTH)
    counts = np.unique((rows // 16) * 4 + columns // 16, return_counts=True)[1]
    assert len(counts) == 12
    assert counts[0] == pytest.approx(256 * 900 / PICTURE.size, abs=2)


def test_a_picture_that_is_no_file_is_refused(configure: Callable[..., RunConfig]) -> None:
    with pytest.raises(PictureError, match="cat: only a TIFF file of yours is read by tiles"):
        open_picture(configure("image=cat", "task=tiles"))


def test_a_pass_is_over_the_whole_picture(file: Path) -> None:
    task = task_of(file)
    assert (task.count, task.shape) == (PICTURE.size, (HEIGHT, WIDTH))


@pytest.mark.parametrize("words", [("batch_size=64", "task.at_once=700"), ("batch_size=300", "task.at_once=100000")])
@pytest.mark.parametrize("sampler", ["epoch", "sequential"])
def test_batches_too_bring_every_pixel_once_before_any_comes_again(
    words: tuple[str, ...], sampler: str, file: Path, begin: Callable[..., Training]
) -> None:
    training = begin(f"image={file}", "size=null", "task=tiles", f"sampler={sampler}", *words, "steps=200")
    window = len(training.task.coords)
    steps = -(-3 * PICTURE.size // window) * window // training.batch_size
    seen = np.concatenate([numbers_of(training.batch(step).targets) for step in range(steps)])
    assert len(seen) == steps * training.batch_size
    times = np.bincount(seen, minlength=PICTURE.size)
    assert times.max() - times.min() <= 1
