from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inr_cli.engine.train import train
from inr_cli.report.drawing import drawings
from inr_cli.report.drawing.run import _octaves
from inr_cli.report.plots.figure import DPI, WIDTH

TASKS = [
    ("task=fit", "render_every=2", "activation=gabor"),
    ("task=superres", "task.factor=2", "save_every=2", "batch_size=20"),
    ("task=poisson", "activation=sine", "encoding=identity"),
    ("network=cnn", "network.hidden_features=[8,8]", "grey=true", "batch_size=full"),
]


@pytest.mark.parametrize("words", TASKS, ids=lambda words: words[0])
def test_every_kind_of_run_has_its_page(configure, words: tuple[str, ...], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    config = configure("steps=4", "size=24", *words)
    data = drawings.find("run")().draw(train(config, tmp_path), config)
    with Image.open(BytesIO(data or b"")) as page:
        assert page.width == WIDTH * DPI


def test_a_run_that_kept_nothing_says_what_would_have_shown_more(configure, tmp_path: Path, capsys) -> None:
    pytest.importorskip("matplotlib")
    short, long = (configure("steps=4", "size=24", *words) for words in ((), ("render_every=1",)))
    heights = []
    for number, config in enumerate((short, long)):
        data = drawings.find("run")().draw(train(config, tmp_path / str(number)), config)
        with Image.open(BytesIO(data or b"")) as page:
            heights.append(page.height)
    assert heights[0] < heights[1]
    assert capsys.readouterr().err.count("render_every=N") == 1


@pytest.mark.filterwarnings("error")
def test_a_picture_that_is_too_thin_for_an_octave_has_its_page(configure, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    Image.fromarray(np.arange(120, dtype=np.uint8).reshape(3, 40)).save(tmp_path / "thin.png")
    config = configure("steps=2", f"image={tmp_path / 'thin.png'}", "render_every=1")
    assert drawings.find("run")().draw(train(config, tmp_path / "run"), config)


def test_an_octave_that_is_learned_first_is_seen_first() -> None:
    """Waves of 2 and of 10 cycles: a picture that has the slow one alone misses none of it and all of the fast one."""
    u = (np.arange(32) + 0.5) / 32
    slow, fast = (0.2 * np.sin(2 * np.pi * f * u)[None, :, None] * np.ones((32, 1, 1)) for f in (2, 10))
    truth = 0.5 + slow + fast
    curves = _octaves({0: np.full_like(truth, 0.5), 100: 0.5 + slow, 200: truth}, truth)
    assert list(curves.lines) == ["1 to 2", "2 to 4", "4 to 8", "8 to 16"]
    steps, missed = curves.lines["2 to 4"]
    assert list(steps) == [0, 100, 200]
    assert missed[0] == pytest.approx(1)
    assert missed[1] < 1e-3
    assert curves.lines["8 to 16"][1][:2] == pytest.approx([1, 1], abs=1e-3)
