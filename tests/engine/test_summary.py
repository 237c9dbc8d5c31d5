import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from inr_cli.config.root import RunConfig
from inr_cli.engine.summary import headline, summarise
from inr_cli.engine.train import open_picture
from inr_cli.engine.training import Training
from inr_cli.task import tasks


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"psnr": 30.125, "psnr_8bit": 30.0, "ssim": 0.9}, "psnr 30.12 dB"),
        ({"psnr": 30.0, "psnr_test": 20.0, "psnr_noisy": 10.0}, "psnr 30.00 dB, psnr test 20.00 dB"),
        ({"psnr": None, "psnr_test": 20.0}, "psnr test 20.00 dB"),
        ({}, ""),
    ],
)
def test_the_headline_is_the_first_two_figures_in_decibels(figures: dict[str, float | None], words: str) -> None:
    assert headline(figures) == words


@pytest.mark.parametrize("name", tasks.names())
def test_every_figure_in_decibels_is_said_what_it_is_of(
    name: str, configure: Callable[..., RunConfig], begin: Callable[..., Training], tmp_path: Path
) -> None:
    words = [f"task={name}"]
    if tasks.find(name).by_tiles:
        tifffile.imwrite(tmp_path / "picture.tif", np.zeros((8, 8), np.uint8))
        words.append(f"image={tmp_path / 'picture.tif'}")
    config, training = configure(*words), begin(*words)
    rendered = training.look().numpy()
    figures = training.task.judge(rendered, lambda lines: training.look_at(lines).numpy())
    summary = summarise(training, config, open_picture(config), figures, seconds=1.0)
    told = {key for key, value in summary.items() if key.startswith(("psnr", "between")) and value is not None}
    explained = told & set(summary["compared_with"])
    repeated = {summary[key] for key in explained}
    assert all(summary[key] in repeated for key in told - explained), "a second name of a figure needs no second word"
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_the_size_is_that_of_what_is_compared_and_the_fitted_size_the_fields(
    configure: Callable[..., RunConfig], begin: Callable[..., Training]
) -> None:
    words = ("task=superres", "task.factor=2")
    config, training = configure(*words), begin(*words)
    summary = summarise(training, config, open_picture(config), {}, seconds=1.0)
    assert [summary[side] for side in ("width", "height", "fitted_width", "fitted_height")] == [14, 14, 7, 7]
    assert summary["bits_per_pixel"] == 32 * training.field.count / 14**2
