from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from inr_cli.config.errors import ConfigError
from inr_cli.engine.train import train
from inr_cli.report.drawing import drawings, file_of
from inr_cli.report.drawing.training import LAST


def test_it_has_a_picture_for_the_start_and_every_one_that_was_kept(configure, tmp_path: Path) -> None:
    config = configure("steps=30", "size=20", "render_every=10")
    data = drawings.find("training")().draw(train(config, tmp_path), config)
    with Image.open(BytesIO(data or b"")) as animation:
        assert animation.format == "GIF"
        shown = [(np.array(one.convert("L")), one.info["duration"]) for one in ImageSequence.Iterator(animation)]
    assert len(shown) == 4
    assert shown[-1][1] == 1000 * LAST
    assert all((one[0] != other[0]).any() for one, other in pairwise(shown))


def test_it_can_be_an_mp4(configure, tmp_path: Path) -> None:
    pytest.importorskip("imageio_ffmpeg")
    config = configure("steps=30", "size=20", "render_every=10")
    data = drawings.find("training")(".mp4").draw(train(config, tmp_path), config)
    assert (data or b"")[4:8] == b"ftyp"


def test_without_what_writes_an_mp4_that_is_said_in_one_line(
    configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inr_cli.signal.film.find_spec", lambda name: None)
    config = configure("steps=3", "size=20")
    with pytest.raises(ConfigError, match=r"pip install 'inr-cli\[video\]'"):
        drawings.find("training")(".mp4").draw(train(config, tmp_path), config)


def test_a_run_that_kept_nothing_is_told_which_option_would_have(configure, tmp_path: Path) -> None:
    config = configure("steps=3", "size=20")
    with pytest.raises(ConfigError, match="render_every=N keeps a picture"):
        drawings.find("training")().draw(train(config, tmp_path), config)


def test_its_file_is_a_gif() -> None:
    assert file_of("training") == "training.gif"
    assert file_of("derivatives") == "derivatives.png"
